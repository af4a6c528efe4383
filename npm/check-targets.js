/**
 * `npm run check:targets`: type-checks the runtime for every platform that this machine cannot link for, so that
 * no platform's code is written blind. Not part of `npm test`: the first run takes minutes a target.
 *
 *     npm run check:targets                        all of them
 *     npm run check:targets -- aarch64-apple-ios   some
 *
 * Debian's rustc comes with the source of the standard library, which is built for the target first; no
 * linker or SDK of the target is needed.
 */
import fs from 'node:fs'
import path from 'node:path'

import { buildModules } from './build.js'
import { ask, exec, folder, main, step, StepError } from './steps.js'

/** What rustc calls them, with the Debian packages that their standard library needs. */
const TARGETS = {
  'x86_64-pc-windows-gnu': ['binutils-mingw-w64-x86-64'],
  'aarch64-apple-darwin': [],
  'x86_64-apple-darwin': [],
  'aarch64-apple-ios': [],
  'aarch64-linux-android': []
}

const TOOLCHAIN = { rustc: '/usr/bin/rustc', cargo: '/usr/bin/cargo', source: 'rust-web-src' }

async function toolchain () {
  const packages = ['rustc-web', 'cargo-web', TOOLCHAIN.source, ...new Set(Object.values(TARGETS).flat())]
  const have = await ask('dpkg-query', ['-W', ...packages])
  if (have !== null) return 'there'
  throw new StepError('the compiler that can build the standard library is missing', {
    hint: `apt-get install ${packages.join(' ')}`
  })
}

// Apart from the other compiler's results, and kept: the standard library is built once.
const RESULTS = path.join(folder, 'target', 'check-targets')

/**
 * Stands in for the C compiler and archiver of a target: some crates build a few lines of Objective-C, which
 * needs an SDK. Types do not depend on it, and nothing is linked.
 */
function emptyCompiler () {
  const file = path.join(RESULTS, 'cc')
  fs.mkdirSync(RESULTS, { recursive: true })
  const script = [
    '#!/bin/sh',
    // Build scripts ask what kind of compiler it is by preprocessing a file with the names of all.
    'case "$*" in *-E*) echo \'"clang"\'; exit;; "-?") exit 1;; esac',
    'for word in "$@"; do case $word in *.o|*.a) : > "$word";; esac; done'
  ]
  fs.writeFileSync(file, script.join('\n') + '\n', { mode: 0o755 })
  return file
}

/** All that is shipped, and the driver of peers. */
const CRATES = ['api', 'cli', 'peer', 'runtime', 'addon']

/** Where the build script of the addon looks for what Node links against on Windows; nothing is linked. */
function emptyNode () {
  const place = path.join(RESULTS, 'node')
  fs.mkdirSync(place, { recursive: true })
  fs.writeFileSync(path.join(place, 'libnode.dll'), '')
  return place
}

/** @param {string} target */
async function check (target) {
  const compiler = emptyCompiler()
  const { output } = await exec(TOOLCHAIN.cargo, ['check', '--locked', '-Z', 'build-std=std,panic_abort', '--target', target,
    ...CRATES.flatMap((name) => ['-p', `socket-${name}`])], {
    env: {
      // The option is a nightly one; this compiler is a stable one that has all it needs.
      RUSTC_BOOTSTRAP: '1',
      RUSTC: TOOLCHAIN.rustc,
      RUSTDOC: '/usr/bin/rustdoc',
      CARGO_TARGET_DIR: RESULTS,
      PKG_CONFIG_ALLOW_CROSS: '1',
      // Any folder: with it, libsodium is not compiled for the target.
      SODIUM_LIB_DIR: RESULTS,
      LIBNODE_PATH: emptyNode(),
      // Any folder: without it, build scripts look for the one of Xcode.
      SDKROOT: RESULTS,
      [`CC_${target.replaceAll('-', '_')}`]: compiler,
      [`AR_${target.replaceAll('-', '_')}`]: compiler
    }
  })
  // Cargo repeats them for what it has not checked again. What nobody uses there is as wrong as what does not compile.
  if (/^warning: `socket-[\w-]+` .* generated \d+ warning/m.test(output)) {
    throw new StepError(`there are warnings for ${target}`, { output, hint: 'put what only some platforms use behind `cfg`' })
  }
}

await main(async () => {
  const asked = process.argv.slice(2)
  const unknown = asked.filter((target) => !(target in TARGETS))
  if (unknown.length > 0) {
    throw new StepError(`there is no target ${unknown.join(', ')}`, { hint: `there are ${Object.keys(TARGETS).join(', ')}` })
  }
  await step('compiler', toolchain)
  await step('modules', async () => { await buildModules() })
  for (const target of asked.length > 0 ? asked : Object.keys(TARGETS)) {
    await step(`check: ${target}`, () => check(target))
  }
})
