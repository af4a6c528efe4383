/**
 * Node's `punycode`, from the package that Node's own is a copy of. Deprecated there, and still asked for by packages.
 */
// @ts-expect-error the package has no types: they are those of Node
import untyped from 'punycode/punycode.js'

const punycode = /** @type {typeof import('node:punycode')} */ (untyped)

export const { decode, encode, toASCII, toUnicode, ucs2, version } = punycode

export default punycode
