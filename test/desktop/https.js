/**
 * `socket:https` in a window, against a server with TLS. Its authority is the test's own, and the app trusts it because it is
 * the system's: in a mount namespace of the app the file of the system's authorities is another. Nothing is switched off.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import https from 'node:https'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'

import { startXvfb, withApp } from './app.js'

const STORE = '/etc/ssl/certs/ca-certificates.crt'
const timeout = 120_000

/** How an app gets a mount namespace; empty where none can be had. */
const namespace = [['unshare', '--mount'], ['unshare', '--mount', '--map-root-user']].find(([command, ...words]) => {
  try {
    execFileSync(command, [...words, 'mount', '--bind', '/dev/null', STORE], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}) ?? []
const skip = namespace.length > 0 ? false : 'needs unshare, a namespace for mounts, and the store of Debian\'s authorities'

/** @type {string} */ let folder
/** @type {https.Server} */ let server
/** @type {Awaited<ReturnType<typeof startXvfb>>} */ let xvfb

before(async () => {
  if (skip !== false) return
  folder = mkdtempSync(path.join(tmpdir(), 'socket-https-'))
  const openssl = (/** @type {string} */ line) => execFileSync('openssl', line.split(' '), { cwd: folder, stdio: 'pipe' })
  openssl('req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=Test-Authority -keyout ca.key -out ca.pem')
  openssl('req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -keyout server.key -out server.csr')
  writeFileSync(path.join(folder, 'names'), 'subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n')
  openssl('x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.pem')
  server = https.createServer({ key: readFileSync(path.join(folder, 'server.key')), cert: readFileSync(path.join(folder, 'server.pem')) }, async (request, response) => {
    response.setHeader('access-control-allow-origin', '*').setHeader('access-control-allow-headers', '*').setHeader('access-control-expose-headers', '*')
    if (request.method === 'OPTIONS') return response.end()
    if (request.url === '/silent') return
    if (request.url === '/breaks') return response.writeHead(200, { 'content-length': '10' }).end('half', () => { request.socket.destroy() })
    let body = ''
    for await (const chunk of request) body += chunk
    response.writeHead(request.url === '/missing' ? 404 : 201, { 'x-method': request.method, 'x-sent': request.headers['x-sent'] ?? '', 'set-cookie': 'a=1' })
    response.write(`${request.url} `)
    response.end(body)
  })
  await new Promise((resolve) => server.listen(0, () => resolve(undefined)))
  xvfb = await startXvfb()
})
after(async () => {
  server?.closeAllConnections()
  server?.close()
  await xvfb?.stop()
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})

/** @param {string} page @param {boolean} trusted @returns {Promise<{ lines: string[], stderr: string }>} */
async function output (page, trusted) {
  /** @type {any} */ let result
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  const script = `
    import https from 'socket:https'
    import { once } from 'socket:events'
    const port = ${port}
    const text = async (stream) => { let all = ''; for await (const part of stream) all += part; return all }
    const failed = (request) => new Promise((resolve) => request.on('error', resolve).on('response', (response) => response.on('error', resolve).resume()))
    ${page}
    ;(await import('socket:process')).default.exit(0)`
  const files = { 'index.html': '<!doctype html><script type="module" src="page.js"></script>', 'page.js': script }
  await withApp(xvfb, files, { ini: '[webview]\nheaders[] = "Content-Security-Policy: connect-src ipc: https://localhost:* https://127.0.0.1:*"\n' }, async (app, env) => {
    const through = trusted ? [...namespace, 'sh', '-c', `mount --bind ${path.join(folder, 'ca.pem')} ${STORE} && exec "$0" "$@"`] : []
    const { code, stdout, stderr } = await app.run(['--headless'], env, undefined, through).ended
    assert.equal(code, 0, stdout + stderr)
    result = { lines: stdout.trim().split('\n'), stderr }
  })
  return result
}

test('https: requests and answers over TLS', { timeout, skip }, async () => {
  const { lines, stderr } = await output(`
    const request = https.request({ host: 'localhost', port, path: '/p?q', method: 'POST', headers: { 'X-Sent': 'yes' } })
    request.write('one ')
    request.end(new TextEncoder().encode('two'))
    const [response] = await once(request, 'response')
    console.log(response.statusCode, response.headers['x-method'], response.headers['x-sent'], await text(response), response.complete)
    const [missing] = await once(https.get('https://localhost:' + port + '/missing'), 'response')
    console.log(missing.statusCode, await text(missing))
    const silent = https.get({ host: 'localhost', port, path: '/silent', timeout: 50 })
    await once(silent, 'timeout')
    silent.destroy(new Error('too late'))
    console.log((await once(silent, 'error'))[0].message)
    const controller = new AbortController()
    const given = https.get({ host: 'localhost', port, path: '/silent', signal: controller.signal })
    controller.abort()
    const aborted = await failed(given)
    console.log(aborted.name, aborted.code)
    console.log((await failed(https.get({ host: 'localhost', port, path: '/breaks' }))) instanceof Error)`, true)
  assert.deepEqual(lines, ['201 POST yes /p?q one two true', '404 /missing ', 'too late', 'AbortError ABORT_ERR', 'true'], stderr)
})

test('https: a name that the certificate does not have, and an authority that nobody trusts', { timeout, skip }, async () => {
  const other = await output("console.log((await failed(https.get({ host: '127.0.0.1', port, path: '/p' }))).code)", true)
  assert.deepEqual(other.lines, ['ERR_HTTPS_REQUEST'], other.stderr)
  const untrusted = await output("console.log((await failed(https.get({ host: 'localhost', port, path: '/p' }))).code)", false)
  assert.deepEqual(untrusted.lines, ['ERR_HTTPS_REQUEST'], untrusted.stderr)
})
