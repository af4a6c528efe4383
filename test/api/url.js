import url, { fileURLToPath, pathToFileURL, URL, URLSearchParams } from 'socket:url'
import { test } from 'socket:test'

test('url: files', (t) => {
  t.equal(pathToFileURL('/a b/c?d#e', { windows: false }).href, 'file:///a%20b/c%3Fd%23e', 'from a path')
  t.equal(fileURLToPath('file:///a%20b/%E2%82%AC', { windows: false }), '/a b/€', 'to a path')
  t.equal(fileURLToPath('file:///C:/x', { windows: true }), 'C:\\x', 'of Windows')
  t.equal(t.throws(() => fileURLToPath('http://a/b'), TypeError, 'another scheme').code, 'ERR_INVALID_URL_SCHEME', 'code')
})

test('url: parts', (t) => {
  t.equal(new URL('/a?b=1', 'socket://app/x').href, 'socket://app/a?b=1', 'URL')
  t.equal(new URLSearchParams('a=1&a=2').getAll('a').length, 2, 'URLSearchParams')
  const parsed = url.parse('http://user@host:8080/p?q=1#h')
  t.deepEqual([parsed.auth, parsed.port, parsed.path, parsed.hash], ['user', '8080', '/p?q=1', '#h'], 'parse')
  t.equal(url.resolve('http://a/b/c', '../d'), 'http://a/d', 'resolve')
  t.equal(url.format(new URL('http://a:b@c/d#e'), { auth: false, fragment: false }), 'http://c/d', 'format')
  t.equal(url.domainToUnicode('xn--mnchen-3ya.de'), 'münchen.de', 'domainToUnicode')
})
