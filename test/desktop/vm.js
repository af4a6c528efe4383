/** `socket:vm` in real windows: where a policy lets text become code, and where it does not. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { startXvfb, withApp } from './app.js'

/** @type {Awaited<ReturnType<typeof startXvfb>>} */
let xvfb
before(async () => { xvfb = await startXvfb() })
after(async () => { await xvfb?.stop() })

const timeout = 120_000
const end = "import('socket:process').then(({ default: process }) => process.exit(0))"

/** @param {string} policy @param {Record<string, string>} files */
async function lines (policy, files) {
  /** @type {any} */ let result
  const page = `<!doctype html><meta http-equiv="Content-Security-Policy" content="${policy}"><script type="module" src="page.js"></script>`
  await withApp(xvfb, { 'index.html': page, ...files }, {}, async (app, env) => {
    const { code, stdout, stderr } = await app.run(['--headless'], env).ended
    assert.equal(code, 0, stdout + stderr)
    result = { lines: stdout.trim().split('\n'), stderr }
  })
  return result
}

const use = `
  import vm from 'vm'
  const context = vm.createContext({ a: 1 })
  console.log(vm.runInContext('var b = a + 1; let c = 5; if (b > 1) b', context), JSON.stringify(context), vm.runInContext('c', context))
  const list = vm.runInContext('[1]', context)
  console.log(list instanceof Array, Array.isArray(list), vm.runInContext('[] instanceof Array && typeof document + typeof fetch', context))
  try { vm.runInContext('missing', context) } catch (error) { console.log(error.name, error instanceof ReferenceError) }
  try { vm.runInContext('for (;;);', context, { timeout: 20 }) } catch (error) { console.log(error.code) }
  console.log(vm.compileFunction('return a + 1', ['a'])(1), vm.runInThisContext('typeof document'))
  ${end}`
const expected = ['2 {"a":1,"b":2} 5', 'false true undefinedundefined', 'ReferenceError false', 'ERR_SCRIPT_EXECUTION_TIMEOUT', '2 object']

for (const [name, policy] of Object.entries({
  "with 'unsafe-eval'": "default-src 'self'; script-src 'self' socket: 'unsafe-eval'; connect-src ipc://application.exit ipc://process.*",
  'with module.read, and no eval': "default-src 'self'; script-src 'self' socket:; connect-src ipc:"
})) {
  test(`vm in a page ${name}`, { timeout }, async () => {
    const { lines: found, stderr } = await lines(policy, { 'page.js': use })
    assert.deepEqual(found, expected, stderr)
  })
}

test('vm where no text becomes code says what to add', { timeout }, async () => {
  const { lines: found, stderr } = await lines("default-src 'self'; script-src 'self' socket:; connect-src ipc://application.exit", {
    'page.js': `
      import vm from 'node:vm'
      for (const run of [() => vm.runInNewContext('1'), () => vm.runInThisContext('1'), () => vm.compileFunction('return 1')]) {
        try { console.log(run()) } catch (error) { console.log(error.code, /'unsafe-eval' to its script-src/.test(error.message)) }
      }
      ${end}`
  })
  assert.deepEqual(found, Array(3).fill('ERR_ACCESS_DENIED true'), stderr)
})

test('vm in workers', { timeout }, async () => {
  const { lines: found, stderr } = await lines("default-src 'self'; script-src 'self' socket: 'unsafe-eval'; connect-src ipc:", {
    'worker.js': "import vm from 'vm'; const context = vm.createContext({ a: 1 }); postMessage([vm.runInContext('var b = a + 1; b', context), context.b, vm.runInContext('typeof postMessage', context)].join(' '))",
    'page.js': `
      console.log(await new Promise((resolve) => { new Worker('worker.js', { type: 'module' }).onmessage = ({ data }) => resolve(data) }))
      ${end}`
  })
  assert.deepEqual(found, ['2 2 undefined'], stderr)
})

test('vm in a worker of its own, and frames that end', { timeout }, async () => {
  const { lines: found, stderr } = await lines("default-src 'self'; script-src 'self' socket: 'unsafe-eval'; worker-src blob: socket:; connect-src ipc:", {
    'page.js': `
      import vm from 'vm'
      const context = { a: 1, log: (text) => console.log('called', text) }
      const worker = vm.getContextWorker()
      console.log(await worker.runInContext('var b = a + 1; log(b); typeof document + b', context), context.b)
      const second = new vm.ContextWorkerInterfaceProxy(worker.connect())
      console.log(await second.runInContext('6 * 7'), vm.getContextWorker() === worker)
      const running = worker.runInContext('for (;;);').catch((error) => error.code)
      console.log(await vm.terminateContextWorker(), await running, worker.terminated)
      const own = vm.createContext({ a: 1 })
      const frame = vm.getContextWindow(own)
      console.log(frame === window, vm.terminateContextWindow(own), vm.runInContext('a', own), vm.getContextWindow(own) === frame)
      ${end}`
  })
  assert.deepEqual(found.sort(), ['called 2', 'undefined2 2', '42 true', 'true ABORT_ERR true', 'false true 1 false'].sort(), stderr)
})
