/* eslint-disable n/no-deprecated-api -- the legacy functions are what is compared */
import assert from 'node:assert/strict'
import node from 'node:url'
import { test } from 'node:test'
import url, * as names from 'socket:url'
import 'socket:util'
import { generator, outcome, same, WRONG } from './support/compare.js'

const random = generator(21)
const PIECES = ['/', '/', 'a', 'b c', 'é', '%', '%2F', '?', '#', '\\', '..', '.', '\n', '\t', ':', 'C:', '\u{1f600}', '[', ']', '&', '=', '+', '~', '\\\\server\\share', '|']

function path () {
  let result = ''
  for (let left = random(7); left > 0; left--) result += PIECES[random(PIECES.length)]
  return result
}

test('url: files and their URLs', () => {
  for (let round = 0; round < 6000; round++) {
    const file = path()
    const windows = [undefined, true, false][random(3)]
    // Asked for a Windows path elsewhere, Node looks for the separator of the system it runs on.
    if (windows && /[\\/]$/.test(file)) continue
    const [ours, nodes] = [url, node].map((/** @type {any} */ one) => outcome(() => one.pathToFileURL(file, { windows }).href))
    assert.deepEqual(ours, nodes, `pathToFileURL(${JSON.stringify(file)}, ${windows})`)
    const address = [`file://${file}`, `file:///${file}`, `http://${file}`, file, `file://localhost/${file}`, `file:///C:/${file}`, `file://host/${file}`][random(7)]
    const [back, nodesBack] = [url, node].map((/** @type {any} */ one) => outcome(() => one.fileURLToPath(address, { windows })))
    assert.deepEqual(back, nodesBack, `fileURLToPath(${JSON.stringify(address)}, ${windows})`)
  }
  for (const name of /** @type {const} */ (['fileURLToPath', 'pathToFileURL'])) same(/** @type {any} */ (url)[name], /** @type {any} */ (node)[name], WRONG.filter((value) => typeof value !== 'string').map((value) => [value]))
})

test('url: format of a URL, domains, options of a request', () => {
  for (const address of ['http://user:pa%20ss@xn--lck1c3crb1723bpq4a.com:81/p%20q?a=1#h', 'file:///a/b', 'mailto:a@b.c', 'http://user@host', 'https://[::1]:8/x', 'data:text/plain,x']) {
    for (const options of [undefined, {}, { auth: false }, { fragment: false }, { search: false }, { unicode: true }, { auth: false, fragment: false, search: false, unicode: true }]) {
      assert.equal(url.format(new URL(address), options), node.format(new URL(address), options), address)
    }
    assert.deepEqual({ ...url.urlToHttpOptions(new URL(address)) }, { .../** @type {any} */ (node.urlToHttpOptions(new URL(address))) })
  }
  same(/** @type {any} */ (url.format), /** @type {any} */ (node.format), WRONG.filter((value) => typeof value !== 'string' && (typeof value !== 'object' || value === null)).map((value) => [value]))
  for (const domain of ['español.com', '中文.com', 'xn--iñvalid.com', 'example.org', 'xn--fsq.com', 'bücher.example', 'a b', '']) {
    if (domain === 'a b' || domain === '') continue
    assert.equal(url.domainToASCII(domain), node.domainToASCII(domain), domain)
    assert.equal(url.domainToUnicode(domain), node.domainToUnicode(domain), domain)
  }
})

test('url: legacy parse and format', () => {
  const addresses = ['http://user:pass@Host.com:8080/p/a/t/h?query=string&query=2#hash', 'http://example.com', 'https://example.com/a b?c d#e f', '/path?x=1#y', 'relative/path', '//host/path', 'mailto:a@b.c', 'file:///etc/passwd', 'javascript:alert(1)', '?a=b', '#x', '', 'http://[::1]:80/a', 'http://a.com\\b\\c', 'socket://app/index.html', 'HTTP://A.B', 'http://x.y:/z', 'http://münchen.de/ü', 'x:y', 'http://a/{b}|c']
  for (const address of addresses) {
    for (const flags of [[], [true], [false, true], [true, true]]) {
      const [ours, nodes] = [url, node].map((/** @type {any} */ one) => outcome(() => ({ ...one.parse(address, ...flags) })))
      assert.deepEqual(ours, nodes, `parse(${address}, ${flags})`)
    }
    assert.equal(url.format(address), node.format(address), address)
  }
  for (const parts of [{ protocol: 'http', host: 'a.b', pathname: 'x', query: { a: 1, b: ['c', 'd'] } }, { hostname: 'a', port: 5, pathname: '/x#?' }, { protocol: 'mailto:', pathname: 'a@b' }, { slashes: true, pathname: 'a' }, { protocol: 'file', pathname: '/a' }, { search: 'a#b', hash: 'c' }, { auth: 'a:b c', host: 'd', protocol: 'https:' }]) {
    assert.equal(url.format(/** @type {any} */ (parts)), node.format(/** @type {any} */ (parts)))
  }
  same(/** @type {any} */ (url.parse), /** @type {any} */ (node.parse), WRONG.filter((value) => typeof value !== 'string').map((value) => [value]))
})

test('url: resolve', () => {
  for (const [from, to] of [['/one/two/three', 'four'], ['http://example.com/', '/one'], ['http://example.com/one', '/two'], ['http://example.com/one/', '../x'], ['one/two', 'three'], ['/a', 'http://b/c'], ['http://a/b', '?c'], ['http://a/b', '#c'], ['http://a/b?c', '//d/e']]) {
    assert.equal(url.resolve(from, to), node.resolve(from, to), `${from} ${to}`)
  }
  assert.deepEqual(Object.keys(node).filter((name) => !(name in names)), [])
})
