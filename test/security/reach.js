/** Pages that may call everything and reach little: `[capabilities]`, the files of the app, and what other windows have. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

import { startXvfb } from '../desktop/app.js'
import { allRefused, attack, meta, timeout, tools, walls } from './lib/app.js'
import { addresses, handles } from './lib/attempts.js'

/** @type {Awaited<ReturnType<typeof startXvfb>>} */
let xvfb
before(async () => { xvfb = await startXvfb() })
after(async () => { await xvfb?.stop() })

const ALL = "script-src 'self' socket:; connect-src 'self' ipc:"
const windows = process.platform === 'win32'

/** A secret beside the app, and links that lead to it. */
const traps = (/** @type {{ path: string }} */ app) => {
  writeFileSync(join(app.path, '../secret.txt'), 'SECRET')
  mkdirSync(join(app.path, 'publicx'))
  writeFileSync(join(app.path, 'publicx/a.txt'), 'SECRET')
  if (windows) return
  symlinkSync('../secret.txt', join(app.path, 'link-out'))
  symlinkSync('..', join(app.path, 'link-up'))
  symlinkSync('/', join(app.path, 'link-root'))
  symlinkSync('..', join(app.path, 'folder-link'))
  symlinkSync('socket.ini', join(app.path, 'link-ini'))
  symlinkSync('../../secret.txt', join(app.path, 'public/link-out'))
  symlinkSync('../../created.txt', join(app.path, 'public/dangling'))
  symlinkSync('../..', join(app.path, 'public/up'))
}

const main = (/** @type {string} */ policy, /** @type {string} */ script) => ({
  'index.html': `<!doctype html>${meta(policy)}<script type="module" src="attack.js"></script>`,
  'attack.js': `import { call } from 'socket:internal/ipc'
    import args from 'socket:internal/args'
    ${tools}
    const tell = (name, result) => console.log(JSON.stringify([name, String(result)]))
    ${script}
    await call('application.exit', { code: 0 })`,
  'public/a.txt': 'public',
  'folder/b.txt': 'b'
})

for (const { name, webview } of walls) {
  test(`addresses of files, with ${name}`, { timeout }, async () => {
    const { told } = await attack(xvfb, main("script-src 'self' socket:; connect-src 'self' ipc://application.exit", `
      tell('control', (await raw('/public/a.txt')).startsWith('RAN'))
      const { headers } = await fetch('/public/a.txt')
      tell('headers', [headers.get('x-content-type-options'), headers.get('cache-control'), headers.get('content-type')])
      for (const [index, path] of ${JSON.stringify(addresses)}.entries()) {
        for (const [way, ask] of [['fetch', url => raw(url)], ['xhr', url => xhr(url)]]) {
          const answer = await ask('socket://com.example.test-app' + path)
          tell(way + ' ' + index, /^(4\\d\\d|blocked)/.test(answer) && !/SECRET|root:|bundle_identifier/.test(answer) ? 'refused' : path + ' ' + answer)
        }
      }
      for (const [index, url] of ['socket://com.example.test-app@other/', 'socket://other/index.html', 'socket://com.example.test-app.other/', 'socket:../secret.txt', 'socket:///etc/passwd', 'socket:internal/../../secret', 'node:../secret', 'file:///etc/passwd'].entries()) {
        const answer = await raw(url)
        tell('host ' + index, /^(4\\d\\d|blocked)/.test(answer) ? 'refused' : url + ' ' + answer)
      }`), { webview, prepare: traps })
    const results = new Map(told)
    assert.equal(results.get('control'), 'true')
    assert.equal(results.get('headers'), 'nosniff,no-store,text/plain; charset=utf-8')
    const names = [...addresses.flatMap((_, index) => [`fetch ${index}`, `xhr ${index}`]), ...Array.from({ length: 8 }, (_, index) => `host ${index}`)]
    allRefused(told, names, () => ['refused'])
  })

  test(`what [capabilities] does not list, with ${name}`, { timeout }, async () => {
    const own = mkdtempSync(join(tmpdir(), 'socket-security-'))
    const follow = ['fs.readFile', 'fs.open', 'fs.stat', 'fs.readdir', 'fs.opendir', 'fs.realpath', 'fs.access', 'fs.exists', 'fs.statfs', 'fs.watch']
    const entry = ['fs.lstat', 'fs.readlink']
    const write = ['fs.writeFile', 'fs.appendFile', 'fs.truncate', 'fs.chmod', 'fs.utimes', 'fs.mkdir', 'fs.rm', 'fs.unlink', 'fs.rmdir']
    /** @type {Record<string, string>} path, as JavaScript, by what is wrong with it */
    const outside = {
      absolute: "'/etc/passwd'",
      'the settings': "root + '/socket.ini'",
      'beside the folder': "root + '/publicx/a.txt'",
      relative: "'socket.ini'",
      dots: "root + '/public/../socket.ini'",
      'more dots': "root + '/public/../../secret.txt'",
      'a dot': "root + '/public/./../socket.ini'",
      'dots after nothing': "root + '/public/none/../../socket.ini'",
      slashes: "root + '//public//..//socket.ini'",
      ...(windows
        ? {}
        : {
            'through a link': "root + '/public/up/secret.txt'",
            'a link with a slash': "root + '/public/up/'",
            'by the process': "'/proc/self/cwd/socket.ini'",
            'by the root of the process': "'/proc/self/root/etc/passwd'",
            'by its environment': "'/proc/self/environ'",
            bytes: "root + '/publicx/\\udcff'"
          })
    }
    const linked = windows ? {} : { 'a link': "root + '/public/link-out'", 'a link to nothing': "root + '/public/dangling'" }
    const { told } = await attack(xvfb, main(ALL, `
      const root = args.paths.root.replace(/[\\\\/]$/, '')
      const own = ${JSON.stringify(own)}
      const request = { flags: 0, mode: 0o666, flush: false, recursive: true, withFileTypes: false, native: true, force: false, maxRetries: 0, retryDelay: 0, length: 0, atime: 0, mtime: 0, key: 1, endings: [''], follow: false, exclude: false }
      const code = promise => promise.then(() => 'RAN', error => error.code + (error.add === undefined ? ' without advice' : ''))
      tell('control read', (await call('fs.readFile', { path: root + '/public/a.txt', flags: 0 })).size)
      tell('control write', await code(call('fs.writeFile', { path: own + '/x', flags: ${windows ? 0x301 : 577}, mode: 0o666, flush: false, body: new Uint8Array([1]) })))
      for (const [what, path] of Object.entries({ ${Object.entries({ ...outside, ...linked }).map(([what, path]) => `${JSON.stringify(what)}: ${path}`).join(', ')} })) {
        for (const route of ${JSON.stringify(follow)}) tell(route + ' ' + what, await code(call(route, { ...request, path })))
        if (!what.startsWith('a link')) for (const route of ${JSON.stringify(entry)}) tell(route + ' ' + what, await code(call(route, { path })))
        for (const route of ${JSON.stringify(write)}) tell(route + ' ' + what, await code(call(route, { ...request, path, body: new Uint8Array() })))
        if (what !== 'bytes') tell('window.showFileInFolder ' + what, await code(call('window.showFileInFolder', { path })))
        tell('fs.copyFile from ' + what, await code(call('fs.copyFile', { path, dest: own + '/copy', mode: 0 })))
        tell('fs.copyFile to ' + what, await code(call('fs.copyFile', { path: root + '/public/a.txt', dest: path, mode: 0 })))
        tell('fs.rename from ' + what, await code(call('fs.rename', { path, dest: own + '/moved' })))
        tell('fs.rename to ' + what, await code(call('fs.rename', { path: own + '/x', dest: path })))
        tell('fs.link ' + what, await code(call('fs.link', { path, dest: own + '/hard' })))
        tell('fs.symlink ' + what, await code(call('fs.symlink', { target: path.startsWith('/') ? path : root + '/' + path, path: own + '/soft' })))
      }
      for (const flags of [1, 2, 64, 512, 1024, 66, 577]) tell('fs.open for writing ' + flags, await code(call('fs.open', { path: root + '/public/a.txt', flags, mode: 0o666 })))
      for (const flags of [64, 512, 1024]) tell('fs.readFile that changes ' + flags, await code(call('fs.readFile', { path: root + '/public/a.txt', flags })))
      const spawn = (file, args, env = Object.entries(globalThis.process?.env ?? {})) => ({ file, args, argv0: null, cwd: null, env, stdio: ['ignore', 'ignore', 'ignore'], detached: false, uid: null, gid: null, windowsHide: true, windowsVerbatim: false, timeout: 0, killSignal: 9, maxBuffer: 10 })
      for (const [index, [file, args]] of [['sh', ['-c', 'true']], ['/bin/sh', []], ['true', ['x']], ['/bin/true', []], ['./true', []], ['TRUE', []], ['', []], ['true\\u0000', []], ['true ', []]].entries()) {
        tell('child_process.spawn ' + index, await code(call('child_process.spawn', spawn(file, args))))
        tell('child_process.spawnSync ' + index, await code(call('child_process.spawnSync', spawn(file, args))))
      }
      for (const name of ['PATH', 'LD_PRELOAD', 'LD_LIBRARY_PATH', 'ld_audit', 'DYLD_INSERT_LIBRARIES']) tell('child_process.spawn with ' + name, await code(call('child_process.spawn', spawn('true', [], [[name, '/evil']]))))
      // Its own programs may get signals, and nobody else: not the app, not its groups, not who started it.
      const start = (file, args) => call('child_process.spawn', { file, args, argv0: null, cwd: null, env: Object.entries(globalThis.process?.env ?? {}), stdio: ['pipe', 'ignore', 'ignore'], detached: false, uid: null, gid: null, windowsHide: true, windowsVerbatim: false })
      const sleeper = await start('sleep', ['60'])
      tell('control signal', await code(call('process.kill', { pid: sleeper.pid, signal: 0 })))
      await call('process.kill', { pid: sleeper.pid, signal: 9 })
      await call('child_process.wait', { id: sleeper.id })
      const { pid, id } = await start('true', [])
      await call('child_process.wait', { id })
      for (const [index, other] of [1, 0, -1, 2, -2, args.pid, -args.pid, args.pid - 1, args.pid + 1, pid, 2147483647, -2147483648].entries()) {
        for (const signal of [0, 9]) tell('process.kill ' + index + ' ' + signal, await code(call('process.kill', { pid: other, signal })))
      }
      for (const [index, [address, port]] of [['127.0.0.1', 6001], ['127.0.0.2', 6000], ['0.0.0.0', 6000], ['::', 6000], ['::1', 6000], ['8.8.8.8', 53], ['127.0.0.1', 0], ['::ffff:127.0.0.2', 6000]].entries()) {
        tell('dgram.bind ' + index, await code(call('dgram.bind', { family: address.includes(':') ? 'udp6' : 'udp4', local: { address, port }, reuseAddr: false, ipv6Only: false, key: 1, recvBufferSize: 0, sendBufferSize: 0 })))
        tell('net.connect ' + index, await code(call('net.connect', { peer: { address, port }, local: null, key: 1, timeout: 1000 })))
      }
      for (const hostname of ['example.com', 'localhost', '127.0.0.2', 'secret.attacker.example']) tell('dns.lookup ' + hostname, await code(call('dns.lookup', { hostname, family: 0, addrconfig: false, v4mapped: false, all: false })))
      for (const [index, url] of ['https://example.com/', 'file:///etc/passwd', 'socket://other/', 'socket://com.example.test-app.other/', 'data:text/html,x', 'javascript:1', 'http://127.0.0.1:1/', 'ipc://application.exit'].entries()) {
        tell('window.open ' + index, await code(call('window.open', { url, options: {} })))
        tell('window.update ' + index, await code(call('window.update', { index: 0, url, options: {} })))
      }`), {
      webview,
      ini: `[capabilities]\nread[] = $APP/public/**\nwrite[] = ${own.replaceAll('\\', '/')}/**\nudp[] = 127.0.0.1:6000\ncommands[] = true\ncommands[] = sleep 60`,
      prepare: traps,
      after: app => {
        assert.ok(!existsSync(join(app.path, '../created.txt')), 'a link to nothing did not make something')
        assert.ok(existsSync(join(app.path, 'socket.ini')) && existsSync(join(app.path, '../secret.txt')))
      }
    }).finally(() => rmSync(own, { recursive: true, force: true }))
    const results = new Map(told)
    assert.deepEqual([results.get('control read'), results.get('control write'), results.get('control signal')], ['6', 'RAN', 'RAN'])
    const names = [...results.keys()].filter(name => !name.startsWith('control'))
    assert.ok(names.length > 400, `${names.length} attempts`)
    // What fits no type of the route is refused before that: no path, no program and no address was looked at then.
    allRefused(told, names, () => ['ERR_ACCESS_DENIED'])
  })

  test(`what another window has open, with ${name}`, { timeout }, async () => {
    const files = main(ALL, `
      const opened = [(await call('fs.open', { path: 'public/a.txt', flags: 0, mode: 0 })).fd]
      const spawned = await call('child_process.spawn', { file: 'sleep', args: ['60'], argv0: null, cwd: null, env: [['PATH', '/usr/bin:/bin']], stdio: ['pipe', 'pipe', 'pipe'], detached: false, uid: null, gid: null, windowsHide: true, windowsVerbatim: false })
      opened.push(spawned.id, (await call('fs.opendir', { path: 'public' })).fd)
      tell('opened', opened)
      const { on } = await import('socket:internal/ipc')
      const done = new Promise(resolve => { on('window.message', resolve) })
      await call('window.open', { url: 'second.html', options: {} })
      await done
      tell('mine still', (await call('fs.read', { fd: opened[0], length: 6, position: 0 })).body.length)
      tell('runs still', await call('child_process.kill', { id: spawned.id, signal: 0 }))`)
    const { told } = await attack(xvfb, {
      ...files,
      'second.html': `<!doctype html>${meta(ALL)}<script type="module" src="second.js"></script>`,
      'second.js': `
        import { call } from 'socket:internal/ipc'
        const tell = (name, result) => console.log(JSON.stringify([name, String(result)]))
        for (const [route, request, key] of ${JSON.stringify(handles)}) {
          for (let id = 0; id < 8; id++) tell(route + ' ' + id, await call(route, { ...request, [key]: id }).then(() => 'RAN', error => error.code))
        }
        await call('window.send', { event: 'done', value: null })`
    }, { webview })
    const results = new Map(told)
    assert.equal(results.get('opened'), '3,4,5')
    assert.deepEqual([results.get('mine still'), results.get('runs still')], ['6', 'true'])
    allRefused(told, handles.flatMap(([route]) => Array.from({ length: 8 }, (_, id) => `${route} ${id}`)), () => ['EBADF'])
  })
}
