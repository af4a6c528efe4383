import { StringDecoder } from 'socket:string_decoder'

export const about = { StringDecoder: 'Decodes bytes that come in pieces, without cutting letters.' }

/** @for StringDecoder */
export function pieces () {
  const decoder = new StringDecoder('utf8')
  console.log(decoder.write(Buffer.from([0xc3])) === '') // → true
  console.log(decoder.write(Buffer.from([0xa9]))) // → é
}
