import fetch, { DOMException, Headers, Request, Response, fetch as named } from 'socket:fetch'
import again from 'socket:fetch/fetch'
import { test } from 'socket:test'

test('fetch: the engine\'s', async (t) => {
  t.deepEqual([fetch, again], [named, named], 'one function')
  t.equal(new Headers({ a: 'b' }).get('A'), 'b', 'Headers')
  t.equal(await new Response('text').text(), 'text', 'Response')
  t.equal(new Request('http://localhost/').method, 'GET', 'Request')
  await t.rejects(fetch('http://localhost/', { signal: AbortSignal.abort() }), DOMException, 'aborted')
})
