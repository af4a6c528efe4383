import punycode from 'socket:punycode'

export const about = {
  ucs2: 'Text as numbers of characters: `decode` and `encode`.',
  version: 'The version of the package.'
}

/**
 * The ASCII form of one part of a name, and back.
 * @for encode decode
 */
export function encode () {
  console.log(punycode.encode('español'), punycode.decode('espaol-zwa')) // → espaol-zwa español
}

/**
 * The ASCII form of a name, and back.
 * @for toASCII toUnicode
 */
export function toASCII () {
  console.log(punycode.toASCII('español.com'), punycode.toUnicode('xn--espaol-zwa.com')) // → xn--espaol-zwa.com español.com
}
