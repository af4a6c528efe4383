import { Enumeration } from 'socket:enumeration'
import { test } from 'socket:test'

test('enumeration: names and numbers', (t) => {
  const colors = Enumeration.from(['RED', 'GREEN'], { start: 5 })
  t.deepEqual([colors.RED, colors.GREEN, colors[5], colors.length, colors.value('GREEN'), colors.at(6)], [5, 6, 'RED', 2, 6, 'GREEN'], 'both ways')
  t.deepEqual([colors.contains('RED'), colors.contains(6), colors.contains(7), colors.has('BLUE')], [true, true, false, false], 'contains')
  t.equal(JSON.stringify(colors), '["RED","GREEN"]', 'as JSON')
  t.deepEqual([...new Enumeration(['a'])], ['a'], 'a set')
  for (const name of ['add', 'delete', 'clear']) t.throws(() => colors[name]('BLUE'), /cannot be changed/, name)
  t.throws(() => new Enumeration(['a', 'a']), /twice/, 'each value once')
  t.throws(() => new Enumeration(['a'], { start: 0.5 }), /must be an integer/, 'whole numbers')
})
