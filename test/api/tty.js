import { test } from 'socket:test'
import { isatty, ReadStream, WriteStream } from 'socket:tty'

test('tty: a page holds no terminal', (t) => {
  t.deepEqual([isatty(0), isatty(1), isatty(/** @type {any} */ ('x'))], [false, false, false], 'isatty')
  t.equal(t.throws(() => new WriteStream(1), /TTY initialization failed/).code, 'ERR_TTY_INIT_FAILED', 'WriteStream')
  t.equal(t.throws(() => new ReadStream(-1), /must be a positive integer/).code, 'ERR_INVALID_FD', 'ReadStream')
  t.deepEqual([WriteStream.prototype.getColorDepth(), WriteStream.prototype.hasColors()], [1, false], 'no colours')
})
