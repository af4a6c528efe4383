import location from 'socket:location'

export const about = {
  href: 'The whole address.',
  protocol: 'Always `socket:`.',
  hostname: 'The name of the app.',
  host: 'The name of the app.',
  pathname: 'The page.',
  search: 'The query, without its `?`.',
  hash: 'The part of the page, without its `#`.',
  origin: 'The address without query and part.'
}

/** The whole address. */
export function toString () {
  console.log(location.toString() === location.href) // → true
}
