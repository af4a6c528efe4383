import { createInterface } from 'socket:readline'
import { createInterface as createPromised } from 'socket:readline/promises'
import { PassThrough, Readable } from 'socket:stream'
import { test } from 'socket:test'

test('readline: lines of a stream', async (t) => {
  const lines = []
  for await (const line of createInterface({ input: Readable.from(['one\ntw', 'o\r\nthree']) })) lines.push(line)
  t.deepEqual(lines, ['one', 'two', 'three'], 'one after the other')
})

test('readline: a question', async (t) => {
  const [input, output] = [new PassThrough(), new PassThrough()]
  const reader = createPromised({ input, output })
  const answer = reader.question('name? ')
  input.write('me\n')
  t.equal(await answer, 'me', 'and its answer')
  t.equal(String(output.read()), 'name? ', 'was shown')
  reader.close()
})
