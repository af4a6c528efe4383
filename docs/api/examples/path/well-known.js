export const as = 'path'

export const about = {
  '*': 'The user\'s folder of that name, or undefined where the system has none.'
}
