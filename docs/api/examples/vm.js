import vm from 'socket:vm'

export const about = {
  ContextWorkerInterface: 'A worker in which scripts run beside the page. Its policy must have `\'unsafe-eval\'` in script-src and `blob:` in worker-src.',
  channel: 'What the windows and workers of the app tell each other of context workers: `{ type: \'terminated\', id }`.',
  RESERVED_GLOBAL_INTRINSICS: 'Names that every context has from the language.',
  constants: 'What options may be: `USE_MAIN_CONTEXT_DEFAULT_LOADER`, `DONT_CONTEXTIFY`.',
  RunOptions: 'How a script is run: `timeout` in milliseconds.',
  ScriptOptions: 'Where a script comes from, and what its `import()` gives.'
}

/** @for Script */
export function script () {
  const script = new vm.Script('count += 1')
  const context = vm.createContext({ count: 0 })
  script.runInContext(context)
  console.log(script.runInContext(context), context.count) // → 2 2
}

export function createScript () {
  console.log(vm.createScript('1 + 1').runInThisContext()) // → 2
}

/** @for createContext isContext runInContext */
export function context () {
  const context = vm.createContext({ a: 20 })
  vm.runInContext('var b = a * 2 + 2', context)
  console.log(context.b, vm.isContext(context)) // → 42 true
}

/** Runs a script with globals of its own. */
export function runInNewContext () {
  console.log(vm.runInNewContext('typeof document + a', { a: 1 })) // → undefined1
}

/** Runs a script with the globals of this realm, and without the names of this module. */
export function runInThisContext () {
  console.log(vm.runInThisContext('typeof globalThis.Array')) // → function
}

export function compileFunction () {
  const add = vm.compileFunction('return a + b', ['a', 'b'])
  console.log(add(1, 2)) // → 3
}

/** Is not there: engines tell no page how large a realm is. */
export async function measureMemory () {
  await vm.measureMemory().catch((error) => console.log(error.code)) // → ERR_FEATURE_UNAVAILABLE_ON_PLATFORM
}

/** @app */
export async function getContextWorker () {
  const context = { a: 1 }
  const worker = vm.getContextWorker()
  try {
    console.log(await worker.runInContext('var b = a + 1; b', context), context) // → 2 { a: 1, b: 2 }
  } finally {
    await vm.terminateContextWorker()
  }
}

/** @app */
export async function terminateContextWorker () {
  const worker = vm.getContextWorker()
  const running = worker.runInContext('for (;;);').catch((error) => error.code)
  console.log(await vm.terminateContextWorker()) // → true
  console.log(await running, await vm.terminateContextWorker()) // → ABORT_ERR false
}

/** A port leads to the same worker from elsewhere; here both sides are one realm. */
export async function ContextWorkerInterfaceProxy () {
  const { port1, port2 } = new MessageChannel()
  const end = vm.ContextWorkerInterface.serve(port2)
  const worker = new vm.ContextWorkerInterfaceProxy(port1)
  console.log(await worker.runInContext('add(1, 2)', { add: (/** @type {number} */ a, /** @type {number} */ b) => a + b })) // → 3
  worker.terminate()
  end()
}

/**
 * A reference stands for a value that no message can carry.
 * @for Reference createReference getReference putReference removeReference
 */
export function reference () {
  const greet = () => 'hello'
  const reference = vm.createReference(greet)
  console.log(reference.type, reference.name, reference instanceof vm.Reference) // → function greet true
  console.log(vm.getReference(reference.id) === reference, vm.getReference(greet)?.value()) // → true hello
  console.log(vm.removeReference(reference), vm.getReference(greet)) // → true undefined
  const other = vm.putReference(new vm.Reference('mine', 5))
  console.log(vm.getReference('mine')?.value, other.release()) // → 5 true
}

/**
 * What is sent of a context, and what is made of it.
 * @for applyInputContextReferences applyOutputContextReferences
 */
export function references () {
  const context = { count: 1, next: (/** @type {number} */ n) => n + 1 }
  const sent = structuredClone(vm.applyInputContextReferences(context))
  console.log(sent.count, sent.next.type) // → 1 function
  console.log(vm.applyOutputContextReferences(sent).next === context.next) // → true
  vm.removeReference(context.next)
}

export function filterNonTransferableValues () {
  console.log(vm.filterNonTransferableValues({ a: 1, f () {}, list: [1, Symbol('s')] })) // → { a: 1, list: [ 1 ] }
}

/** @for findMessageTransfers getTransferables */
export function transfers () {
  const { port1, port2 } = new MessageChannel()
  const value = { port: port1, bytes: new Uint8Array(8) }
  console.log(vm.findMessageTransfers([], value).length, vm.getTransferables(value).length) // → 1 2
  port1.close()
  port2.close()
}

export function applyContextDifferences () {
  const context = { a: 1, b: 2 }
  console.log(vm.applyContextDifferences(context, { a: 1, c: 3 })) // → { a: 1, c: 3 }
}

/** @for createIntrinsics isIntrinsic getIntrinsicType getIntrinsicTypeString */
export function intrinsics () {
  const context = vm.createContext()
  const list = vm.runInContext('[1]', context)
  console.log(vm.getIntrinsicTypeString(list), vm.getIntrinsicType(list) === Array) // → Array true
  console.log(vm.isIntrinsic(Map), vm.isIntrinsic(class Map {})) // → true false
  console.log(list instanceof vm.createIntrinsics(context).Array) // → true
}

export function createGlobalObject () {
  const global = vm.createGlobalObject({ a: 1 })
  console.log(global.a, typeof global.Array, typeof global.document) // → 1 function undefined
}

/**
 * In a page each context has a frame.
 * @for getContextWindow terminateContextWindow
 * @app
 */
export function frames () {
  const context = vm.createContext({ a: 1 })
  console.log(vm.getContextWindow(context) === window) // → false
  console.log(vm.terminateContextWindow(context), vm.terminateContextWindow(context)) // → true false
  console.log(vm.runInContext('a', context)) // → 1
}

export function detectFunctionSourceType () {
  console.log(vm.detectFunctionSourceType('return 1'), vm.detectFunctionSourceType('export default 1')) // → classic module
}

export function wrapFunctionSource () {
  const text = vm.wrapFunctionSource('return a + b', ['a', 'b'])
  console.log(vm.runInThisContext(text)(1, 2)) // → 3
}
