import location, { hash, hostname, href, origin, pathname, protocol, search, toString } from 'socket:location'
import { test } from 'socket:test'

test('location: the page', (t) => {
  t.deepEqual([protocol, toString(), location.href], ['socket:', href, href], 'the address')
  t.ok(/^socket:\/\//.test(href) && pathname.startsWith('/') && hostname !== undefined, 'its parts')
  t.ok(!search.startsWith('?') && !hash.startsWith('#') && origin.endsWith(pathname), 'without signs')
})
