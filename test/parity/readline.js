import assert from 'node:assert/strict'
import { once } from 'node:events'
import node from 'node:readline'
import nodePromises from 'node:readline/promises'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { promisify } from 'node:util'
import ours from 'socket:readline'
import promises from 'socket:readline/promises'
// Errors name values with its formatter when it is there.
import 'socket:util'
import { generator, outcome, same, WRONG } from './support/compare.js'

const readline = /** @type {any} */ (ours)
const random = generator(9)

/** What an interface says of the same pieces. @param {any} which @param {(string | Buffer)[]} chunks @param {object} options */
async function events (which, chunks, options) {
  const input = new PassThrough()
  /** @type {any[]} */
  const seen = []
  const reader = which.createInterface({ input, ...options })
  for (const name of ['line', 'close', 'pause', 'resume']) reader.on(name, (/** @type {any[]} */ ...args) => seen.push([name, ...args]))
  const closed = once(reader, 'close')
  for (const chunk of chunks) {
    input.write(chunk)
    await new Promise((resolve) => setImmediate(resolve))
  }
  input.end()
  await closed
  return seen
}

test('readline: lines of any pieces', async () => {
  const pieces = ['a', 'line', '\n', '\r', '\r\n', '\u2028', '\u2029', 'é☃😀', '', '\n\n', 'x\ny\nz', '\v\f\u0085']
  for (let round = 0; round < 300; round++) {
    const whole = Buffer.from(Array.from({ length: 1 + random(8) }, () => pieces[random(pieces.length)]).join(''))
    const cut = random(whole.length + 1)
    const chunks = [whole.subarray(0, cut), whole.subarray(cut)].filter((chunk) => chunk.length > 0)
    // A slow machine must not make a difference: the time between \r and \n.
    const [mine, nodes] = await Promise.all([readline, node].map((which) => events(which, chunks, { crlfDelay: Infinity })))
    assert.deepEqual(mine, nodes, JSON.stringify(chunks.map(String)))
  }
})

test('readline: an interface is iterated, asked, paused and closed', async () => {
  for (const which of [readline, promises, node, nodePromises]) {
    const input = new PassThrough()
    const reader = which.createInterface({ input })
    const lines = []
    const iterator = reader[Symbol.asyncIterator]()
    input.end('one\ntwo\nthree')
    for await (const line of iterator) lines.push(line)
    assert.deepEqual(lines, ['one', 'two', 'three'])
  }
  const asked = await Promise.all([[readline, promises], [node, nodePromises]].map(async ([which, later]) => {
    const [input, output] = [new PassThrough(), new PassThrough()]
    const reader = /** @type {any} */ (which).createInterface({ input, output, prompt: '# ' })
    /** @type {any[]} */
    const seen = []
    reader.on('line', (/** @type {string} */ line) => seen.push(['line', line]))
    reader.on('pause', () => seen.push('pause'))
    reader.on('resume', () => seen.push('resume'))
    reader.on('close', () => seen.push('close'))
    reader.prompt()
    reader.question('name? ', (/** @type {string} */ answer) => seen.push(['answer', answer, reader.getPrompt()]))
    input.write('me\nnot asked\n')
    await new Promise((resolve) => setImmediate(resolve))
    reader.pause()
    reader.pause()
    reader.resume()
    const answer = promisify(reader.question).call(reader, 'and? ')
    reader.write('written\n')
    seen.push(await answer, reader.getCursorPos(), reader.terminal)
    reader.setPrompt('> ')
    reader.prompt()
    reader.close()
    reader.close()
    seen.push(String(output.read()), outcome(() => reader.question('x', () => {})), reader.closed)
    const [input2, output2] = [new PassThrough(), new PassThrough()]
    const promised = /** @type {any} */ (later).createInterface({ input: input2, output: output2 })
    const reply = promised.question('there? ')
    input2.write('yes\n')
    seen.push(await reply, String(output2.read()))
    const controller = new AbortController()
    const ended = promised.question('again? ', { signal: controller.signal }).catch((/** @type {any} */ error) => [error.name, error.code])
    controller.abort()
    seen.push(await ended)
    promised.close()
    return seen
  }))
  assert.deepEqual(asked[0], asked[1])
})

test('readline: an abort signal closes', async () => {
  for (const which of [readline, node]) {
    const controller = new AbortController()
    const reader = which.createInterface({ input: new PassThrough(), signal: controller.signal })
    const closed = once(reader, 'close')
    controller.abort()
    await closed
  }
})

test('readline: options and cursors', () => {
  const made = (/** @type {any} */ which) => (/** @type {any} */ options) => {
    const reader = which.createInterface({ input: new PassThrough(), ...options })
    const { tabSize, crlfDelay, historySize, terminal } = reader
    reader.close()
    return [tabSize, crlfDelay, historySize, terminal, reader.getPrompt()]
  }
  const values = WRONG.filter((value) => typeof value !== 'symbol')
  for (const name of ['tabSize', 'historySize', 'completer', 'signal', 'history', 'prompt', 'crlfDelay']) {
    same(made(readline), made(node), values.filter((value) => !(name === 'signal' && !value) && !(name === 'historySize' && value === 0)).map((value) => [{ [name]: value }]), name)
  }
  const written = (/** @type {any} */ which, /** @type {string} */ name) => (/** @type {any[]} */ ...args) => {
    const output = new PassThrough()
    return [which[name](output, ...args), String(output.read())]
  }
  for (const [name, calls] of /** @type {[string, any[][]][]} */ ([['clearLine', [[0], [-1], [1], [5], [0, 5]]], ['clearScreenDown', [[], [5]]], ['cursorTo', [[5], [5, 6], [0, 0], ['x'], [NaN], [1, NaN], [1, 2, 5], ['x', 1], [undefined]]], ['moveCursor', [[1, 2], [-1, -2], [0, 0], [0, 3], [1, 1, 5]]]])) {
    same(written(readline, name), written(node, name), calls, name)
  }
  const [mine, nodes] = [promises, nodePromises].map((which) => {
    const output = new PassThrough()
    const cursor = new which.Readline(output)
    cursor.cursorTo(1, 2).moveCursor(3, -4).clearLine(-1).clearScreenDown()
    cursor.commit()
    cursor.clearLine(0).rollback()
    cursor.commit()
    return [String(output.read()), outcome(() => cursor.cursorTo(1.5)), outcome(() => cursor.clearLine(/** @type {any} */ (5))), outcome(() => new which.Readline(/** @type {any} */ (5)))]
  })
  assert.deepEqual(mine, nodes)
})
