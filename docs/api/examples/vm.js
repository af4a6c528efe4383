import vm from 'socket:vm'

export const about = {
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
