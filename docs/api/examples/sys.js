export const as = 'util'

export const about = {
  MIMEParams: 'See `socket:util`.',
  MIMEType: 'See `socket:util`.'
}
