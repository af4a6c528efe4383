import args from 'socket:internal/args'
import os from 'socket:os'
import { test } from 'socket:test'

test('os: what is known from the start', (t) => {
  t.equal(os.platform(), args.platform, 'platform')
  t.equal(os.arch(), args.arch, 'arch')
  t.equal(os.EOL, os.isWindows() ? '\r\n' : '\n', 'EOL')
  t.match(os.tmpdir(), /^(\/|[a-z]:\\)/i, 'tmpdir')
  t.match(os.homedir(), /^(\/|[a-z]:\\)/i, 'homedir')
  t.ok(os.hostname().length > 0, 'hostname')
  t.match(os.endianness(), /^[BL]E$/, 'endianness')
  t.equal(`${os.platform}`, args.platform, 'a function reads as its value')
  t.equal(os.constants.errno.ENOENT, 2, 'constants')
  t.ok(os.host().length > 0, 'host')
})

test('os: what the machine is asked for', (t) => {
  t.ok(os.totalmem() > os.freemem() && os.freemem() > 0 && os.availableMemory() > 0, 'memory')
  t.ok(os.availableParallelism() >= 1 && os.cpus().length >= 1, 'processors')
  t.ok(os.cpus().every(({ model, times }) => typeof model === 'string' && times.idle >= 0), 'their times')
  t.equal(os.loadavg().length, 3, 'loadavg')
  t.ok(os.uptime() > 0, 'uptime')
  t.ok(os.uname().includes(os.release()) && os.type() && os.version() && os.machine(), 'uname')
  const { username, homedir, uid } = os.userInfo()
  t.ok(typeof username === 'string' && typeof homedir === 'string' && uid >= -1, 'userInfo')
  t.ok(os.userInfo({ encoding: 'buffer' }).username.toString() === username, 'userInfo as Buffers')
  const addresses = Object.values(os.networkInterfaces()).flat()
  t.ok(addresses.every(({ family, mac }) => /^IPv[46]$/.test(family) && /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac)), 'networkInterfaces')
  t.ok(os.rusage().maxRSS > 0, 'rusage')
  t.equal(typeof os.hrtime(), 'bigint', 'hrtime')
})

test('os: priorities', (t) => {
  const priority = os.getPriority()
  os.setPriority(priority)
  t.equal(os.getPriority(), priority, 'unchanged')
  const error = t.throws(() => os.getPriority(-1), /uv_os_getpriority returned ESRCH \(no such process\)/, 'no such process')
  t.equal(error.code, 'ERR_SYSTEM_ERROR', 'code')
  t.throws(() => os.setPriority(0, 20), /"priority" is out of range/, 'out of range')
})
