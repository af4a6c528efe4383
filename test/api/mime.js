import { audio, Database, databases, image, lookup, text } from 'socket:mime'
import { test } from 'socket:test'

test('mime: lookup', async (t) => {
  const types = async (/** @type {string} */ query) => (await lookup(query)).map(String)
  t.deepEqual(await types('png'), ['image/png'], 'an extension')
  t.deepEqual(await types('a/photo.JPG'), ['image/jpeg'], 'a file')
  t.deepEqual(await types('.svg'), ['image/svg+xml'], 'with its dot')
  t.deepEqual((await lookup('image/jpeg')).map(({ name }) => name), ['jpg', 'jpeg', 'jpe'], 'a type')
  t.deepEqual((await lookup('text/html; charset=utf-8')).map(({ name }) => name), ['html', 'htm'], 'with parameters')
  t.deepEqual(await types('form-data'), ['multipart/form-data'], 'one without files')
  t.deepEqual([await types('unknown'), await types(''), await types('image/unknown')], [[], [], []], 'nothing')
  t.deepEqual(text.lookup('js').map((result) => result.toJSON()), [{ database: 'text', name: 'js', mime: 'text/javascript' }], 'one database')
  t.deepEqual([databases.length, audio.lookup('png'), image.name], [8, [], 'image'], 'databases')
  t.throws(() => new Database('unknown'), /There is no database/, 'a wrong name')
})
