import url from 'socket:url'

export const about = {
  URL: 'The engine\'s class for addresses.',
  URLPattern: 'The engine\'s class for patterns of addresses, where it has one.',
  URLSearchParams: 'The engine\'s class for queries.',
  Url: 'What `parse` gives back: the parts of an address, as Node had them before `URL`.'
}

/** The ASCII form of a host name, as it is looked up. */
export function domainToASCII () {
  console.log(url.domainToASCII('español.com')) // → xn--espaol-zwa.com
}

/** The readable form of a host name. */
export function domainToUnicode () {
  console.log(url.domainToUnicode('xn--espaol-zwa.com')) // → español.com
}

/** The path of a `file:` address. */
export function fileURLToPath () {
  console.log(url.fileURLToPath('file:///tmp/my%20notes.txt')) // → /tmp/my notes.txt
}

/** The `file:` address of a path. */
export function pathToFileURL () {
  console.log(url.pathToFileURL('/tmp/my notes.txt').href) // → file:///tmp/my%20notes.txt
}

/** The text of an address, of a `URL` or of parts; options leave parts out. */
export function format () {
  console.log(url.format(new URL('https://user@host/path#part'), { auth: false, fragment: false })) // → https://host/path
}

/**
 * An address in parts, relative ones too, as Node had it before `URL`. Use `new URL` for what comes from others.
 * @for parse parseURL
 */
export function parse () {
  console.log(url.parse('/list?page=2').query) // → page=2
  console.log(url.parseURL === url.parse) // → true
}

/** An address from a base and what a link in it says. */
export function resolve () {
  console.log(url.resolve('https://host/a/b', '../c')) // → https://host/c
}

/** As `resolve`, in parts. */
export function resolveObject () {
  console.log(url.resolveObject('https://host/a', 'b').pathname) // → /b
}

/** The parts of a `URL` as requests want them. */
export function urlToHttpOptions () {
  const { hostname, port, path } = url.urlToHttpOptions(new URL('https://host:81/a?b'))
  console.log(hostname, port, path) // → host 81 /a?b
}
