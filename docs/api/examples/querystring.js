import querystring from 'socket:querystring'

export const about = {
  ParsedUrlQuery: 'Values by name; a name that is there several times has them all.'
}

/**
 * Values by name, from a query without its `?`.
 * @for parse decode
 */
export function parse () {
  console.log(querystring.parse('a=1&b=2&a=3').a) // → [ '1', '3' ]
  console.log(querystring.decode === querystring.parse) // → true
}

/**
 * A query from values by name.
 * @for stringify encode
 */
export function stringify () {
  console.log(querystring.stringify({ name: 'Ada L.', tag: ['x', 'y'] })) // → name=Ada%20L.&tag=x&tag=y
  console.log(querystring.encode === querystring.stringify) // → true
}

/** Percent-encodes what may not stand in a query. */
export function escape () {
  console.log(querystring.escape('a&b c')) // → a%26b%20c
}

/** Decodes percent signs; what is not valid stays readable instead of throwing. */
export function unescape () {
  console.log(querystring.unescape('a%26b')) // → a&b
}

/** The bytes of a percent-encoded text. */
export function unescapeBuffer () {
  console.log(querystring.unescapeBuffer('%41b').toString()) // → Ab
}
