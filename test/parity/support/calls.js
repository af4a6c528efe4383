/**
 * A call that is right, for every function of the modules that have Node's name. What takes one of its arguments, or one
 * of the options in it, for a wrong value is a call that must be refused as Node refuses it: bad-input.js makes those.
 *
 * Written as data: `name: (c) => [arguments]`, where `c` holds what they need. A name with `#` is a method, whose object
 * is the first of them; one with `new ` a constructor.
 */

/**
 * @typedef {object} Context
 * @property {any} m         the module
 * @property {number} fd     a file that is open for reading and writing
 * @property {any} handle    the same of `fs/promises`
 * @property {() => void} cb
 * @property {any} socket    a UDP socket that was never bound
 * @property {any} emitter
 * @property {(name: string) => Promise<any>} load  another module of the same side
 */

/** @typedef {(c: any) => any[]} Call */

const bytes = () => Buffer.from('some bytes')
const fsPath = { encoding: 'utf8' }

/** Functions of `fs` that have the three forms; the last argument is the callback. @type {Record<string, Call>} */
const files = {
  access: () => ['file', 4],
  appendFile: () => ['new', 'text', { encoding: 'utf8', mode: 0o600, flag: 'a' }],
  chmod: () => ['file', 0o600],
  chown: () => ['missing', 1, 1],
  copyFile: () => ['file', 'copy', 0],
  cp: () => ['file', 'copied', { dereference: false, errorOnExist: false, filter: () => true, force: true, mode: 0, preserveTimestamps: false, recursive: false, verbatimSymlinks: false }],
  lchown: () => ['missing', 1, 1],
  link: () => ['missing', 'linked'],
  lstat: () => ['file', { bigint: false }],
  lutimes: () => ['file', 1, 1],
  mkdir: () => ['made', { recursive: false, mode: 0o700 }],
  mkdtemp: () => ['temporary-', { encoding: 'utf8' }],
  opendir: () => ['.', { encoding: 'utf8', bufferSize: 32, recursive: false }],
  readFile: () => ['file', { encoding: 'utf8', flag: 'r' }],
  readdir: () => ['.', { encoding: 'utf8', withFileTypes: false, recursive: false }],
  readlink: () => ['file', fsPath],
  realpath: () => ['file', fsPath],
  rename: () => ['missing', 'renamed'],
  rm: () => ['missing', { force: true, maxRetries: 0, recursive: false, retryDelay: 1 }],
  rmdir: () => ['missing', { maxRetries: 0, recursive: false, retryDelay: 1 }],
  stat: () => ['file', { bigint: false }],
  statfs: () => ['file', { bigint: false }],
  symlink: () => ['missing', 'link', 'file'],
  truncate: () => ['file', 4],
  unlink: () => ['missing'],
  utimes: () => ['file', 1, 1],
  writeFile: () => ['new', 'text', { encoding: 'utf8', mode: 0o600, flag: 'w', flush: false }]
}

/** The same with descriptors: no promises. @type {Record<string, Call>} */
const descriptors = {
  close: () => [2 ** 20],
  fchmod: (c) => [c.fd, 0o600],
  fchown: () => [2 ** 20, 1, 1],
  fdatasync: (c) => [c.fd],
  fstat: (c) => [c.fd, { bigint: false }],
  fsync: (c) => [c.fd],
  ftruncate: (c) => [c.fd, 4],
  futimes: (c) => [c.fd, 1, 1],
  read: (c) => [c.fd, Buffer.alloc(4), 0, 4, 0],
  readv: (c) => [c.fd, [Buffer.alloc(4)], 0],
  write: (c) => [c.fd, bytes(), 0, 4, 0],
  writev: (c) => [c.fd, [bytes()], 0]
}

const streamOptions = { flags: 'r', encoding: 'utf8', mode: 0o600, autoClose: true, emitClose: true, start: 0, end: 4, highWaterMark: 16 }

/** @param {Record<string, Call>} calls @returns {Record<string, Call>} */
const threeForms = (calls) => Object.fromEntries(Object.entries(calls).flatMap(([name, call]) => [
  [name, (c) => [...call(c), c.cb]],
  [`${name}Sync`, call]
]))

/** @type {Record<string, Call>} */
const dns = {
  lookup: (c) => ['127.0.0.1', { family: 4, hints: 0, all: false, verbatim: true }, c.cb],
  lookupService: (c) => ['127.0.0.1', 22, c.cb],
  setDefaultResultOrder: () => ['verbatim'],
  setServers: () => [['127.0.0.1']],
  'setServers ': () => [['127.0.0.1', '127.0.0.1:1']],
  resolve: (c) => ['name.example', 'A', c.cb],
  reverse: (c) => ['127.0.0.1', c.cb],
  'new Resolver': () => [{ timeout: 1, tries: 1 }],
  ...Object.fromEntries(['resolve4', 'resolve6'].map((name) => [name, (/** @type {any} */ c) => ['name.example', { ttl: false }, c.cb]])),
  ...Object.fromEntries(['Any', 'Caa', 'Cname', 'Mx', 'Naptr', 'Ns', 'Ptr', 'Soa', 'Srv', 'Txt'].map((kind) => [`resolve${kind}`, (/** @type {any} */ c) => ['name.example', c.cb]]))
}

const spawnOptions = { cwd: '.', env: {}, argv0: 'true', detached: false, uid: undefined, gid: undefined, shell: false, timeout: 0, killSignal: 'SIGTERM', signal: undefined, stdio: 'ignore', serialization: 'json', windowsHide: false, windowsVerbatimArguments: false, maxBuffer: 1024 }
const key = () => Buffer.alloc(32, 1)
const zlibOptions = { flush: 0, finishFlush: 4, chunkSize: 1024, windowBits: 15, level: 6, memLevel: 8, strategy: 0, maxOutputLength: 1024, info: false }
const ZIPS = ['Deflate', 'Inflate', 'Gzip', 'Gunzip', 'DeflateRaw', 'InflateRaw', 'Unzip']
const readableOptions = { highWaterMark: 16, encoding: 'utf8', objectMode: false, emitClose: true, read () {}, destroy () {}, construct: undefined, autoDestroy: true, signal: undefined }
const writableOptions = { highWaterMark: 16, decodeStrings: true, defaultEncoding: 'utf8', objectMode: false, emitClose: true, write () {}, writev: undefined, destroy () {}, final: undefined, construct: undefined, autoDestroy: true, signal: undefined }
const listeners = ['on', 'addListener', 'prependListener', 'once', 'prependOnceListener', 'off', 'removeListener']
const bufferReads = ['UInt8', 'UInt16LE', 'UInt16BE', 'UInt32LE', 'UInt32BE', 'Int8', 'Int16LE', 'Int16BE', 'Int32LE', 'Int32BE', 'FloatLE', 'FloatBE', 'DoubleLE', 'DoubleBE']
const request = { host: '127.0.0.1', port: 1, path: '/', method: 'GET', agent: false, headers: {}, timeout: 1000, protocol: 'http:', family: 4, localAddress: undefined, localPort: undefined, hints: undefined, lookup: undefined, defaultPort: 80, hostname: undefined, auth: undefined, insecureHTTPParser: false, joinDuplicateHeaders: false, maxHeaderSize: 16384, setHost: true, uniqueHeaders: [], socketPath: undefined, createConnection: undefined, signal: undefined }

/** @type {Record<string, Record<string, Call>>} */
export const CALLS = {
  fs: {
    ...threeForms(files),
    ...threeForms(descriptors),
    exists: (c) => ['file', c.cb],
    existsSync: () => ['file'],
    open: (c) => ['file', 'r', 0o600, c.cb],
    openSync: () => ['file', 'r', 0o600],
    openAsBlob: () => ['small', { type: 'text/plain' }],
    'readSync ': (c) => [c.fd, Buffer.alloc(4), { offset: 0, length: 4, position: 0 }],
    'read ': (c) => [c.fd, { buffer: Buffer.alloc(4), offset: 0, length: 4, position: 0 }, c.cb],
    'writeSync ': (c) => [c.fd, 'text', 0, 'utf8'],
    'writeSync  ': (c) => [c.fd, bytes(), { offset: 0, length: 4, position: 0 }],
    'write ': (c) => [c.fd, 'text', 0, 'utf8', c.cb],
    watch: (c) => ['file', { persistent: false, recursive: false, encoding: 'utf8', signal: undefined }, c.cb],
    watchFile: (c) => ['file', { persistent: false, interval: 10_000, bigint: false }, c.cb],
    unwatchFile: (c) => ['file', c.cb],
    createReadStream: () => ['file', { ...streamOptions, fd: null, signal: undefined, fs: undefined }],
    createWriteStream: () => ['written', { ...streamOptions, end: undefined, flags: 'w', fd: null, flush: false, signal: undefined }],
    'new ReadStream': () => ['file', { ...streamOptions }],
    'new WriteStream': () => ['written', { ...streamOptions, end: undefined, flags: 'w' }],
    _toUnixTimestamp: () => [1]
  },
  'fs/promises': {
    ...files,
    open: () => ['file', 'r', 0o600],
    lchmod: () => ['file', 0o600],
    watch: () => ['file', { persistent: false, recursive: false, encoding: 'utf8', signal: undefined }],
    'handle#appendFile': (c) => [c.handle, 'text', { encoding: 'utf8' }],
    'handle#chmod': (c) => [c.handle, 0o600],
    'handle#createReadStream': (c) => [c.handle, { encoding: 'utf8', autoClose: false, emitClose: true, start: 0, end: 3, highWaterMark: 16 }],
    'handle#createWriteStream': (c) => [c.handle, { encoding: 'utf8', autoClose: false, emitClose: true, start: 0, highWaterMark: 16, flush: false }],
    'handle#read': (c) => [c.handle, Buffer.alloc(4), 0, 4, 0],
    'handle#read ': (c) => [c.handle, { buffer: Buffer.alloc(4), offset: 0, length: 4, position: 0 }],
    'handle#readFile': (c) => [c.handle, { encoding: 'utf8' }],
    'handle#readLines': (c) => [c.handle, { encoding: 'utf8', autoClose: false, start: 0, end: 3, highWaterMark: 16 }],
    'handle#readv': (c) => [c.handle, [Buffer.alloc(4)], 0],
    'handle#stat': (c) => [c.handle, { bigint: false }],
    'handle#truncate': (c) => [c.handle, 4],
    'handle#utimes': (c) => [c.handle, 1, 1],
    'handle#write': (c) => [c.handle, bytes(), 0, 4, 0],
    'handle#write ': (c) => [c.handle, 'text', 0, 'utf8'],
    'handle#writeFile': (c) => [c.handle, 'text', { encoding: 'utf8' }],
    'handle#writev': (c) => [c.handle, [bytes()], 0]
  },
  dgram: {
    createSocket: (c) => [{ type: 'udp4', reuseAddr: false, ipv6Only: false, recvBufferSize: undefined, sendBufferSize: undefined, lookup: undefined, signal: undefined }, c.cb],
    'new Socket': (c) => [{ type: 'udp4', reuseAddr: false, lookup: undefined, signal: undefined }, c.cb],
    ...Object.fromEntries([
      ['addMembership', () => ['224.0.0.114', '127.0.0.1']],
      ['addSourceSpecificMembership', () => ['127.0.0.1', '232.0.0.114', '127.0.0.1']],
      ['connect', (/** @type {any} */ c) => [9, '127.0.0.1', c.cb]],
      ['dropMembership', () => ['224.0.0.114', '127.0.0.1']],
      ['dropSourceSpecificMembership', () => ['127.0.0.1', '232.0.0.114', '127.0.0.1']],
      ['send', (/** @type {any} */ c) => [bytes(), 0, 4, 9, '127.0.0.1', c.cb]],
      ['send ', (/** @type {any} */ c) => [bytes(), 9, '127.0.0.1', c.cb]],
      ['send  ', (/** @type {any} */ c) => [[bytes()], 9, '127.0.0.1', c.cb]],
      ['setBroadcast', () => [true]],
      ['setMulticastInterface', () => ['127.0.0.1']],
      ['setMulticastLoopback', () => [true]],
      ['setMulticastTTL', () => [1]],
      ['setRecvBufferSize', () => [1024]],
      ['setSendBufferSize', () => [1024]],
      ['setTTL', () => [1]]
    ].map(([name, call]) => [`socket#${name}`, (/** @type {any} */ c) => [c.socket(), .../** @type {Call} */ (call)(c)]]))
  },
  dns,
  'dns/promises': Object.fromEntries(Object.entries(dns).map(([name, call]) => [name, (c) => call(c).filter((one) => one !== c.cb)])),
  child_process: {
    exec: (c) => ['true', { cwd: '.', env: {}, encoding: 'utf8', shell: '/bin/sh', signal: undefined, timeout: 0, maxBuffer: 1024, killSignal: 'SIGTERM', uid: undefined, gid: undefined, windowsHide: false }, c.cb],
    execSync: () => ['true', { ...spawnOptions, shell: '/bin/sh', encoding: 'utf8', input: '' }],
    execFile: (c) => ['true', [], { ...spawnOptions, encoding: 'utf8' }, c.cb],
    execFileSync: () => ['true', [], { ...spawnOptions, encoding: 'utf8', input: '' }],
    spawn: () => ['true', [], { ...spawnOptions }],
    spawnSync: () => ['true', [], { ...spawnOptions, encoding: 'utf8', input: '' }],
    'child#kill': (c) => [c.child(), 'SIGTERM']
  },
  crypto: {
    createCipheriv: () => ['aes-256-cbc', key(), Buffer.alloc(16), { highWaterMark: 16 }],
    createDecipheriv: () => ['aes-256-cbc', key(), Buffer.alloc(16), { highWaterMark: 16 }],
    'createCipheriv ': () => ['aes-256-gcm', key(), Buffer.alloc(12), { authTagLength: 16 }],
    createHash: () => ['sha256', { outputLength: 32 }],
    createHmac: () => ['sha256', key(), { encoding: 'utf8' }],
    createSecretKey: () => [key(), 'utf8'],
    createPrivateKey: () => ['text'],
    createPublicKey: () => ['text'],
    diffieHellman: () => [{ privateKey: undefined, publicKey: undefined }],
    getCipherInfo: () => ['aes-256-cbc', { keyLength: 32, ivLength: 16 }],
    getRandomValues: () => [new Uint8Array(4)],
    hkdf: (c) => ['sha256', key(), key(), key(), 32, c.cb],
    hkdfSync: () => ['sha256', key(), key(), key(), 32],
    hash: () => ['sha256', 'text', 'hex'],
    pbkdf2: (c) => ['password', 'salt', 1, 32, 'sha256', c.cb],
    pbkdf2Sync: () => ['password', 'salt', 1, 32, 'sha256'],
    generateKey: (c) => ['hmac', { length: 64 }, c.cb],
    generateKeySync: () => ['hmac', { length: 64 }],
    generateKeyPair: (c) => ['ed25519', { publicKeyEncoding: undefined, privateKeyEncoding: undefined }, c.cb],
    generateKeyPairSync: () => ['ed25519', { publicKeyEncoding: undefined, privateKeyEncoding: undefined }],
    randomBytes: (c) => [4, c.cb],
    randomFill: (c) => [Buffer.alloc(4), 0, 4, c.cb],
    randomFillSync: () => [Buffer.alloc(4), 0, 4],
    randomInt: (c) => [0, 4, c.cb],
    randomUUID: () => [{ disableEntropyCache: false }],
    scrypt: (c) => ['password', 'salt', 32, { N: 16, r: 8, p: 1, maxmem: 32 * 1024 * 1024 }, c.cb],
    scryptSync: () => ['password', 'salt', 32, { N: 16, r: 8, p: 1, maxmem: 32 * 1024 * 1024 }],
    'scryptSync ': () => ['password', 'salt', 32, { cost: 16, blockSize: 8, parallelization: 1 }],
    sign: (c) => [null, bytes(), c.keys.privateKey, c.cb],
    verify: (c) => [null, bytes(), c.keys.publicKey, Buffer.alloc(64), c.cb],
    timingSafeEqual: () => [bytes(), bytes()],
    'hash#update': (c) => [c.m.createHash('sha256'), 'text', 'utf8'],
    'hash#digest': (c) => [c.m.createHash('sha256'), 'hex'],
    'hash#copy': (c) => [c.m.createHash('sha256'), { outputLength: 32 }],
    'hmac#update': (c) => [c.m.createHmac('sha256', 'key'), 'text', 'utf8'],
    'hmac#digest': (c) => [c.m.createHmac('sha256', 'key'), 'hex'],
    'cipher#update': (c) => [c.m.createCipheriv('aes-256-cbc', key(), Buffer.alloc(16)), 'text', 'utf8', 'hex'],
    'cipher#final': (c) => [c.m.createCipheriv('aes-256-cbc', key(), Buffer.alloc(16)), 'hex'],
    'cipher#setAAD': (c) => [c.m.createCipheriv('aes-256-gcm', key(), Buffer.alloc(12)), bytes(), { plaintextLength: 4, encoding: 'utf8' }],
    'decipher#setAuthTag': (c) => [c.m.createDecipheriv('aes-256-gcm', key(), Buffer.alloc(12)), Buffer.alloc(16), 'hex'],
    'key#export': (c) => [c.keys.publicKey, { type: 'spki', format: 'pem' }],
    'key#equals': (c) => [c.keys.publicKey, c.keys.publicKey],
    'KeyObject.from': (c) => [c.keys.publicKey],
    'new KeyObject': () => ['secret', {}]
  },
  buffer: {
    atob: () => ['AAAA'],
    btoa: () => ['text'],
    isAscii: () => [bytes()],
    isUtf8: () => [bytes()],
    transcode: () => [bytes(), 'utf8', 'latin1'],
    'new SlowBuffer': () => [4],
    'Buffer.alloc': () => [4, 'fill', 'utf8'],
    'Buffer.allocUnsafe': () => [4],
    'Buffer.allocUnsafeSlow': () => [4],
    'Buffer.byteLength': () => ['text', 'utf8'],
    'Buffer.compare': () => [bytes(), bytes()],
    'Buffer.concat': () => [[bytes()], 4],
    'Buffer.copyBytesFrom': () => [new Uint16Array(4), 0, 2],
    'Buffer.from': () => ['text', 'utf8'],
    'Buffer.from ': () => [new ArrayBuffer(8), 0, 4],
    'Buffer.isBuffer': () => [bytes()],
    'Buffer.isEncoding': () => ['utf8'],
    'new Blob': () => [['text'], { endings: 'transparent', type: 'text/plain' }],
    'new File': () => [['text'], 'name', { endings: 'transparent', type: 'text/plain', lastModified: 0 }],
    ...Object.fromEntries([
      ['compare', () => [bytes(), 0, 4, 0, 4]],
      ['copy', () => [Buffer.alloc(10), 0, 0, 4]],
      ['equals', () => [bytes()]],
      ['fill', () => ['a', 0, 4, 'utf8']],
      ['includes', () => ['a', 0, 'utf8']],
      ['indexOf', () => ['a', 0, 'utf8']],
      ['lastIndexOf', () => ['a', 0, 'utf8']],
      ['slice', () => [0, 4]],
      ['subarray', () => [0, 4]],
      ['toString', () => ['utf8', 0, 4]],
      ['write', () => ['text', 0, 4, 'utf8']],
      ['readUIntLE', () => [0, 3]], ['readUIntBE', () => [0, 3]], ['readIntLE', () => [0, 3]], ['readIntBE', () => [0, 3]],
      ['writeUIntLE', () => [1, 0, 3]], ['writeUIntBE', () => [1, 0, 3]], ['writeIntLE', () => [1, 0, 3]], ['writeIntBE', () => [1, 0, 3]],
      ...bufferReads.flatMap((name) => [[`read${name}`, () => [0]], [`write${name}`, () => [1, 0]]]),
      ...['BigInt64LE', 'BigInt64BE', 'BigUInt64LE', 'BigUInt64BE'].flatMap((name) => [[`read${name}`, () => [0]], [`write${name}`, () => [1n, 0]]]),
    ].map(([name, call]) => [`buffer#${name}`, (/** @type {any} */ c) => [c.m.Buffer.from('some bytes, and more'), .../** @type {Call} */ (call)(c)]]))
  },
  events: {
    addAbortListener: (c) => [new AbortController().signal, c.cb],
    once: (c) => [c.emitter(), 'event', { signal: undefined }],
    on: (c) => [c.emitter(), 'event', { signal: undefined, close: [], highWaterMark: 4, lowWaterMark: 1 }],
    getEventListeners: (c) => [c.emitter(), 'event'],
    getMaxListeners: (c) => [c.emitter()],
    setMaxListeners: (c) => [4, c.emitter()],
    listenerCount: (c) => [c.emitter(), 'event'],
    'new EventEmitter': () => [{ captureRejections: false }],
    'new EventEmitterAsyncResource': () => [{ name: 'Name', triggerAsyncId: 1, requireManualDestroy: false }],
    ...Object.fromEntries([...listeners.map((name) => [name, (/** @type {any} */ c) => ['event', c.cb]]),
      ['setMaxListeners', () => [4]], ['emit', () => ['event', 1]], ['listeners', () => ['event']], ['rawListeners', () => ['event']], ['listenerCount', (/** @type {any} */ c) => ['event', c.cb]], ['removeAllListeners', () => ['event']]
    ].map(([name, call]) => [`emitter#${name}`, (/** @type {any} */ c) => [c.emitter(), .../** @type {Call} */ (call)(c)]]))
  },
  stream: {
    addAbortSignal: (c) => [new AbortController().signal, new c.m.PassThrough()],
    compose: (c) => [new c.m.PassThrough(), new c.m.PassThrough()],
    destroy: (c) => [new c.m.PassThrough()],
    duplexPair: () => [{ highWaterMark: 16 }],
    finished: (c) => [new c.m.PassThrough(), { error: true, readable: true, writable: true, cleanup: false, signal: undefined }, c.cb],
    getDefaultHighWaterMark: () => [false],
    setDefaultHighWaterMark: () => [true, 16],
    isDestroyed: (c) => [new c.m.PassThrough()],
    isDisturbed: (c) => [new c.m.PassThrough()],
    isErrored: (c) => [new c.m.PassThrough()],
    isReadable: (c) => [new c.m.PassThrough()],
    isWritable: (c) => [new c.m.PassThrough()],
    pipeline: (c) => [new c.m.PassThrough(), new c.m.PassThrough(), c.cb],
    'new Readable': () => [{ ...readableOptions }],
    'new Writable': () => [{ ...writableOptions }],
    'new Duplex': () => [{ ...readableOptions, ...writableOptions, allowHalfOpen: true, readable: true, writable: true, readableObjectMode: false, writableObjectMode: false, readableHighWaterMark: 16, writableHighWaterMark: 16 }],
    'new Transform': () => [{ transform () {}, flush () {} }],
    'new PassThrough': () => [{ highWaterMark: 16 }],
    'Readable.from': () => [['a'], { objectMode: true }],
    'Readable.fromWeb': () => [new ReadableStream(), { encoding: 'utf8', highWaterMark: 16, objectMode: false, signal: undefined }],
    'Readable.toWeb': (c) => [new c.m.PassThrough(), { strategy: undefined }],
    'Writable.fromWeb': () => [new WritableStream(), { decodeStrings: true, highWaterMark: 16, objectMode: false, signal: undefined }],
    'Writable.toWeb': (c) => [new c.m.PassThrough()],
    'Duplex.from': () => ['text'],
    'Duplex.fromWeb': () => [new TransformStream(), { encoding: 'utf8', highWaterMark: 16 }],
    'Duplex.toWeb': (c) => [new c.m.PassThrough()],
    ...Object.fromEntries([
      ['setEncoding', () => ['utf8']], ['read', () => [4]], ['push', () => ['text', 'utf8']], ['unshift', () => ['text', 'utf8']], ['pipe', (/** @type {any} */ c) => [new c.m.PassThrough(), { end: true }]], ['unpipe', () => [undefined]],
      ['write', (/** @type {any} */ c) => ['text', 'utf8', c.cb]], ['end', (/** @type {any} */ c) => ['text', 'utf8', c.cb]], ['setDefaultEncoding', () => ['utf8']], ['destroy', () => [undefined]],
      ['map', () => [(/** @type {any} */ x) => x, { concurrency: 1, highWaterMark: 1, signal: undefined }]], ['filter', () => [() => true, { concurrency: 1, signal: undefined }]], ['flatMap', () => [() => [], { concurrency: 1, signal: undefined }]],
      ['forEach', () => [() => {}, { concurrency: 1, signal: undefined }]], ['toArray', () => [{ signal: undefined }]], ['some', () => [() => true, { concurrency: 1, signal: undefined }]], ['every', () => [() => true, { concurrency: 1, signal: undefined }]], ['find', () => [() => true, { concurrency: 1, signal: undefined }]],
      ['drop', () => [1, { signal: undefined }]], ['take', () => [1, { signal: undefined }]], ['reduce', () => [() => 1, 0, { signal: undefined }]], ['compose', (/** @type {any} */ c) => [new c.m.PassThrough(), { signal: undefined }]], ['iterator', () => [{ destroyOnReturn: true }]], ['asIndexedPairs', () => [{ signal: undefined }]]
    ].map(([name, call]) => [`stream#${name}`, (/** @type {any} */ c) => [ended(c), .../** @type {Call} */ (call)(c)]]))
  },
  'stream/promises': {
    finished: (c) => [ended({ m: c.stream }), { error: true, readable: false, writable: false, cleanup: false, signal: undefined }],
    pipeline: (c) => [ended({ m: c.stream }), new c.stream.PassThrough()]
  },
  util: {
    _extend: () => [{}, { a: 1 }],
    aborted: () => [new AbortController().signal, {}],
    callbackify: () => [async () => {}],
    debug: (c) => ['section', c.cb],
    debuglog: (c) => ['section', c.cb],
    deprecate: (c) => [c.cb, 'message', 'CODE'],
    format: () => ['%s', 1],
    formatWithOptions: () => [{ depth: 1 }, '%s', 1],
    getSystemErrorName: () => [-1],
    inherits: () => [class A {}, class B {}],
    inspect: () => [{ a: { b: [1] } }, { depth: 2, colors: false, compact: 3, breakLength: 80, sorted: false, getters: false, showHidden: false, maxArrayLength: 10, maxStringLength: 10, numericSeparator: false, customInspect: true, showProxy: false }],
    isDeepStrictEqual: () => [{}, {}],
    parseArgs: () => [{ args: ['-f', '--bar', 'b'], options: { foo: { type: 'boolean', short: 'f', multiple: false, default: false }, bar: { type: 'string' } }, strict: true, allowPositionals: false, tokens: false }],
    promisify: () => [(/** @type {any} */ callback) => callback(null)],
    stripVTControlCharacters: () => ['text'],
    styleText: () => ['red', 'text'],
    toUSVString: () => ['text'],
    parseEnv: () => ['A=1'],
    'new MIMEType': () => ['text/plain;a=b'],
    'new TextDecoder': () => ['utf-8', { fatal: false, ignoreBOM: false }],
    'mime#type': (c) => [new c.m.MIMEParams(), 'a'],
    'params#set': (c) => [new c.m.MIMEParams(), 'a', 'b'],
    ...Object.fromEntries(['isArray', 'isBoolean', 'isBuffer', 'isNull', 'isNullOrUndefined', 'isNumber', 'isString', 'isSymbol', 'isUndefined', 'isRegExp', 'isObject', 'isDate', 'isError', 'isFunction', 'isPrimitive'].map((name) => [name, () => [1]]))
  },
  url: {
    parse: () => ['http://host/path?query', true, true],
    resolve: () => ['/one/two', 'three'],
    resolveObject: () => ['/one/two', 'three'],
    format: () => [{ protocol: 'http:', host: 'host', hostname: 'host', port: 1, pathname: '/path', search: '?a', query: { a: 1 }, hash: '#b', auth: 'a:b', slashes: true }],
    'format ': () => [new URL('http://a:b@host/path?query#hash'), { auth: true, fragment: true, search: true, unicode: false }],
    domainToASCII: () => ['español.example'],
    domainToUnicode: () => ['xn--espaol-zwa.example'],
    fileURLToPath: () => ['file:///path', { windows: false }],
    pathToFileURL: () => ['/path', { windows: false }],
    urlToHttpOptions: () => [new URL('http://a:b@host/path')],
    'new URL': () => ['path', 'http://host/'],
    'URL.canParse': () => ['path', 'http://host/'],
    'new URLSearchParams': () => ['a=b']
  },
  querystring: {
    parse: () => ['a=b&c=d', '&', '=', { decodeURIComponent, maxKeys: 10 }],
    stringify: () => [{ a: 'b', c: ['d'] }, '&', '=', { encodeURIComponent }],
    escape: () => ['a b'],
    unescape: () => ['a%20b'],
    unescapeBuffer: () => ['a%20b', false]
  },
  timers: {
    setTimeout: (c) => [c.cb, 1],
    setInterval: (c) => [c.cb, 1000],
    setImmediate: (c) => [c.cb],
    clearTimeout: () => [undefined],
    clearInterval: () => [undefined],
    clearImmediate: () => [undefined],
    enroll: () => [{}, 1],
    unenroll: () => [{}]
  },
  'timers/promises': {
    setTimeout: () => [1, 'value', { ref: true, signal: undefined }],
    setImmediate: () => ['value', { ref: true, signal: undefined }],
    setInterval: () => [1, 'value', { ref: true, signal: undefined }],
    'scheduler.wait': () => [1, { signal: undefined }]
  },
  http: {
    'new Agent': () => [{ keepAlive: false, keepAliveMsecs: 1000, maxSockets: 4, maxTotalSockets: 4, maxFreeSockets: 4, scheduling: 'lifo', timeout: 1000 }],
    createServer: (c) => [{ insecureHTTPParser: false, maxHeaderSize: 1024, requireHostHeader: true, joinDuplicateHeaders: false, highWaterMark: 16, headersTimeout: 60_000, requestTimeout: 300_000, keepAliveTimeout: 5000, connectionsCheckingInterval: 30_000, noDelay: true, keepAlive: false, keepAliveInitialDelay: 0, uniqueHeaders: [], rejectNonStandardBodyWrites: false, IncomingMessage: undefined, ServerResponse: undefined }, c.cb],
    get: (c) => [{ ...request }, c.cb],
    request: (c) => [{ ...request }, c.cb],
    'request ': (c) => ['http://127.0.0.1:1/', { agent: false, method: 'GET', headers: {} }, c.cb],
    'new ClientRequest': (c) => [{ ...request }, c.cb],
    setMaxIdleHTTPParsers: () => [4],
    validateHeaderName: () => ['name', 'label'],
    validateHeaderValue: () => ['name', 'value'],
    ...Object.fromEntries([['setHeader', () => ['name', 'value']], ['appendHeader', () => ['name', 'value']], ['getHeader', () => ['name']], ['hasHeader', () => ['name']], ['removeHeader', () => ['name']], ['setHeaders', () => [new Map([['name', 'value']])]], ['setTimeout', (/** @type {any} */ c) => [1000, c.cb]],
      ['write', (/** @type {any} */ c) => ['text', 'utf8', c.cb]], ['end', (/** @type {any} */ c) => ['text', 'utf8', c.cb]], ['addTrailers', () => [{ name: 'value' }]], ['pipe', () => [{}]]
    ].map(([name, call]) => [`outgoing#${name}`, (/** @type {any} */ c) => [new c.m.OutgoingMessage(), .../** @type {Call} */ (call)(c)]])),
    ...Object.fromEntries([['writeHead', () => [200, 'OK', { name: 'value' }]], ['writeContinue', (/** @type {any} */ c) => [c.cb]], ['writeEarlyHints', (/** @type {any} */ c) => [{ link: '</a>; rel=preload' }, c.cb]], ['write', () => ['text', 'utf8']], ['end', () => ['text', 'utf8']]
    ].map(([name, call]) => [`response#${name}`, (/** @type {any} */ c) => [new c.m.ServerResponse(new c.m.IncomingMessage(null)), .../** @type {Call} */ (call)(c)]]))
  },
  zlib: {
    crc32: () => ['text', 0],
    ...Object.fromEntries(ZIPS.flatMap((name) => {
      const low = name[0].toLowerCase() + name.slice(1)
      return [[`new ${name}`, () => [{ ...zlibOptions }]], [`create${name}`, () => [{ ...zlibOptions }]], [low, (c) => [bytes(), { ...zlibOptions }, c.cb]], [`${low}Sync`, () => [bytes(), { ...zlibOptions }]]]
    })),
    'deflate#params': (c) => [c.m.createDeflate(), 1, 1, c.cb],
    'deflate#flush': (c) => [c.m.createDeflate(), 2, c.cb],
    'deflate#close': (c) => [c.m.createDeflate(), c.cb]
  },
  readline: {
    clearLine: (c) => [c.sink(), 0, c.cb],
    clearScreenDown: (c) => [c.sink(), c.cb],
    cursorTo: (c) => [c.sink(), 1, 1, c.cb],
    moveCursor: (c) => [c.sink(), 1, 1, c.cb],
    createInterface: (c) => [{ input: c.sink(), output: undefined, completer: undefined, terminal: false, history: [], historySize: 30, removeHistoryDuplicates: false, prompt: '> ', crlfDelay: 100, escapeCodeTimeout: 500, tabSize: 8, signal: undefined }],
    'interface#question': (c) => [c.lines(), 'why? ', { signal: undefined }, c.cb],
    'interface#setPrompt': (c) => [c.lines(), '> '],
    'interface#write': (c) => [c.lines(), 'text', { ctrl: false, name: 'a' }]
  },
  string_decoder: {
    'new StringDecoder': () => ['utf8'],
    'decoder#write': (c) => [new c.m.StringDecoder('utf8'), bytes()],
    'decoder#end': (c) => [new c.m.StringDecoder('utf8'), bytes()]
  },
  os: {
    getPriority: () => [0],
    userInfo: () => [{ encoding: 'utf8' }]
  },
  path: Object.fromEntries([['basename', () => ['/a/b.c', '.c']], ['dirname', () => ['/a/b']], ['extname', () => ['/a/b.c']], ['format', () => [{ root: '/', dir: '/a', base: 'b.c', ext: '.c', name: 'b' }]], ['isAbsolute', () => ['/a']], ['join', () => ['a', 'b']], ['normalize', () => ['a/../b']], ['parse', () => ['/a/b.c']], ['relative', () => ['/a', '/b']], ['resolve', () => ['/a', 'b']], ['toNamespacedPath', () => ['/a']]]),
  diagnostics_channel: {
    channel: () => ['name'],
    hasSubscribers: () => ['name'],
    subscribe: (c) => ['name', c.cb],
    unsubscribe: (c) => ['name', c.cb],
    tracingChannel: () => ['name'],
    'channel#subscribe': (c) => [c.m.channel('name'), c.cb],
    'channel#bindStore': (c) => [c.m.channel('name'), { run () {} }, c.cb]
  },
  async_hooks: {
    createHook: () => [{ init () {}, before () {}, after () {}, destroy () {}, promiseResolve () {} }],
    'new AsyncResource': () => ['NAME', { triggerAsyncId: 1, requireManualDestroy: false }],
    'resource#bind': (c) => [new c.m.AsyncResource('NAME'), c.cb],
    'resource#runInAsyncScope': (c) => [new c.m.AsyncResource('NAME'), c.cb],
    'AsyncResource.bind': (c) => [c.cb, 'NAME'],
    'AsyncLocalStorage.bind': (c) => [c.cb]
  },
  assert: {
    deepEqual: () => [1, 1, 'message'], deepStrictEqual: () => [1, 1, 'message'], equal: () => [1, 1, 'message'], strictEqual: () => [1, 1, 'message'],
    throws: () => [() => { throw new Error('x') }, /x/, 'message'], doesNotThrow: () => [() => {}, /x/, 'message'], rejects: () => [async () => { throw new Error('x') }, /x/, 'message'], doesNotReject: () => [async () => {}, /x/, 'message'],
    match: () => ['text', /x/, 'message'], doesNotMatch: () => ['text', /y/, 'message'], ifError: () => [null], fail: () => ['message'],
    'new AssertionError': () => [{ message: 'message', actual: 1, expected: 2, operator: 'equal', stackStartFn: undefined }]
  },
  perf_hooks: {
    'performance.mark': () => ['name', { detail: 1, startTime: 1 }],
    'performance.timerify': (c) => [c.cb, { histogram: undefined }]
  },
  process: {
    emitWarning: () => ['text', { type: 'Type', code: 'CODE', detail: 'detail' }],
    hrtime: () => [[1, 1]],
    kill: () => [2 ** 22 + 1, 0],
    nextTick: (c) => [c.cb],
    cpuUsage: () => [{ user: 1, system: 1 }],
    umask: () => [0o22]
  },
  net: {
    isIP: () => ['127.0.0.1'], isIPv4: () => ['127.0.0.1'], isIPv6: () => ['::1'],
    'list#addAddress': (c) => [new c.m.BlockList(), '127.0.0.1', 'ipv4'],
    'list#addRange': (c) => [new c.m.BlockList(), '127.0.0.1', '127.0.0.2', 'ipv4'],
    'list#addSubnet': (c) => [new c.m.BlockList(), '127.0.0.0', 8, 'ipv4'],
    'list#check': (c) => [new c.m.BlockList(), '127.0.0.1', 'ipv4'],
    'new SocketAddress': () => [{ address: '127.0.0.1', family: 'ipv4', flowlabel: 0, port: 1 }],
    connect: (c) => [{ port: 1, host: '127.0.0.1', localAddress: undefined, localPort: undefined, family: 4, hints: undefined, lookup: undefined, noDelay: false, keepAlive: false, keepAliveInitialDelay: 0, autoSelectFamily: false, autoSelectFamilyAttemptTimeout: 250 }, c.cb],
    createServer: (c) => [{ allowHalfOpen: false, pauseOnConnect: false, noDelay: false, keepAlive: false, keepAliveInitialDelay: 0, highWaterMark: 16 }, c.cb],
    setDefaultAutoSelectFamily: () => [true],
    setDefaultAutoSelectFamilyAttemptTimeout: () => [250],
    'socket#setTimeout': (c) => [new c.m.Socket(), 1000, c.cb],
    'socket#write': (c) => [new c.m.Socket(), 'text', 'utf8', c.cb],
    'socket#setEncoding': (c) => [new c.m.Socket(), 'utf8'],
    'server#listen': (c) => [c.m.createServer(), { port: 0, host: '127.0.0.1', backlog: 1, exclusive: false, readableAll: false, writableAll: false, ipv6Only: false, signal: undefined }, c.cb]
  }
}

/** A stream that has said what it has. @param {any} c */
function ended (c) {
  const stream = new c.m.PassThrough()
  stream.on('error', () => {})
  stream.end('some text')
  return stream
}
