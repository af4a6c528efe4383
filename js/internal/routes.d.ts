// Made from the route tables in native/api by its contract test: `cargo test -p socket-api`. Do not edit.

/** A head with bytes beside it. */
export type WithBody<T> = (T extends null ? object : T) & { body: Uint8Array }

export namespace application {
  export type Accelerator = {
    /** A character, or the name of a key as `KeyboardEvent.key` has it: `s`, `F5`, `Enter`, `ArrowUp`. */
    key: string,
    /** Those that are held. */
    modifiers: Array<Modifier>
  }
  export type ChangeMenu = {
    /** Which window; the bar of all when it is missing. */
    index?: number,
    /** The entry: the number of each on the way to it. */
    path: Array<number>,
    /** What changes. */
    change: MenuChange
  }
  export type Exit = {
    /** What the shell sees: 0 to 255. */
    code: number
  }
  export type MenuChange = {
    /** What it says. */
    label?: string,
    /** Whether it can be chosen. */
    enabled?: boolean,
    /** Whether it has a check mark. */
    checked?: boolean
  }
  export type MenuItem = {
    /** What it says; empty: a line between others. */
    label: string,
    /** What the page calls it; pages are told it when it is chosen. */
    id?: string,
    /** Grey when false, and cannot be chosen. */
    enabled?: boolean,
    /** With a check mark, or without. */
    checked?: boolean,
    /** The key that chooses it. */
    accelerator?: Accelerator,
    /** What the system does itself when it is chosen. */
    role?: Role,
    /** The menu below it. */
    items?: Array<MenuItem>
  }
  export type Modifier = "alt" | "control" | "shift" | "meta" | "commandOrControl"
  export type Role = "undo" | "redo" | "cut" | "copy" | "paste" | "delete" | "selectAll" | "minimize" | "close" | "quit"
  export type Screen = {
    /** Logical pixels. */
    width: number,
    /** Logical pixels. */
    height: number,
    /** Physical pixels in a logical one. */
    scaleFactor: number
  }
  export type SetMenu = {
    /** Which window; all, those that come later as well, when it is missing. */
    index?: number,
    /** The menus of the bar. */
    items: Array<MenuItem>
  }
  export interface Routes {
    /** Extent of the screen that the first window is on. */
    'application.screen': { request: null, response: Screen }
    /** Gives a window a menu bar, or all windows; without entries: none. */
    'application.setMenu': { request: SetMenu, response: null }
    /** Changes an entry of a menu bar. */
    'application.changeMenu': { request: ChangeMenu, response: null }
    /** Removes what pages have stored: databases, caches, cookies, `localStorage`. */
    'application.clearStorage': { request: null, response: null }
    /** Ends the app with an exit code. */
    'application.exit': { request: Exit, response: null }
  }
}

export namespace backend {
  export type Answer = {
    /** What it is. */
    format: Format
  }
  export type Exited = {
    /** Its exit code; 128 and more for a signal. */
    code: number
  }
  export type Format = "none" | "json" | "bytes"
  export type Open = {
    /** End the one that runs, and start anew. */
    force?: boolean
  }
  export type Opened = {
    /** The line for the shell. */
    cmd: string,
    /** The arguments behind it. */
    argv: Array<string>,
    /** The directory that it was started in. */
    path: string
  }
  export type Said = {
    /** Some of it; not always whole lines. */
    text: string
  }
  export type Send = {
    /** Name of the event. */
    event: string,
    /** JSON of the value when it is short. */
    value?: string,
    /** What the body is, when it is not. */
    format?: Format
  }
  export type Sent = {
    /** Its name. */
    event: string,
    /** What the value is. */
    format: Format
  }
  export interface Routes {
    /** Starts the backend, unless it runs. */
    'backend.open': { request: Open, response: Opened }
    /** Ends the backend. */
    'backend.close': { request: null, response: null }
    /** Sends the backend an event; done when it is written to its standard input. */
    'backend.send': { request: WithBody<Send>, response: null }
    /** The same, and the answer of the backend. */
    'backend.request': { request: WithBody<Send>, response: WithBody<Answer> }
    /** The calling realm hears the backend from now on. */
    'backend.listen': { request: null, response: null }
  }
  export interface Events {
    /** The backend sent an event. */
    'backend.event': WithBody<Sent>
    /** The backend wrote to its standard error. */
    'backend.error': Said
    /** The backend ended. */
    'backend.exit': Exited
  }
}

export namespace bluetooth {
  export type Adapter = {
    /** As the system names it. */
    id: string,
    /** Its hardware address, where the system tells. */
    address: string | null,
    /** Whether it is on; nothing where the system does not tell. */
    powered: boolean | null
  }
  export type Characteristic = {
    /** What it is. */
    uuid: string,
    /** What can be done with it. */
    properties: Array<Property>
  }
  export type Connect = {
    /** Which adapter; the first that knows the device when it is missing. */
    adapter?: string,
    /** What a scan called it, or its hardware address. */
    device: string,
    /** How long to try, in milliseconds. */
    timeout: number,
    /** The page's own number for the connection: events carry it. */
    key: number
  }
  export type Disconnected = {
    /** The page's number for the connection. */
    key: number
  }
  export type Found = {
    /** The page's number for the scan. */
    key: number,
    /** What `bluetooth.connect` takes. */
    id: string,
    /** What it calls itself. */
    name: string | null,
    /** Its hardware address, where the system tells. */
    address: string | null,
    /** Strength of its signal, in dBm. */
    rssi: number | null,
    /** Strength that it sends with, in dBm. */
    txPower: number | null,
    /** Services that it advertises. */
    services: Array<string>,
    /** Whose data it advertises. */
    manufacturerData: Array<Manufacturer>,
    /** Services whose data it advertises. */
    serviceData: Array<ServiceData>
  }
  export type Handle = {
    /** Number of what is open. */
    id: number
  }
  export type Manufacturer = {
    /** Number of the company. */
    company: number,
    /** How many bytes. */
    length: number
  }
  export type Opened = {
    /** Its number. */
    id: number
  }
  export type Property = "broadcast" | "read" | "writeWithoutResponse" | "write" | "notify" | "indicate"
  export type Serve = {
    /** Which adapter; the first that can when it is missing. */
    adapter?: string,
    /** What to call this machine. */
    name?: string,
    /** Services that are advertised. */
    advertise: Array<string>,
    /** Data of manufacturers that is advertised. */
    manufacturerData: Array<Manufacturer>,
    /** Data of services that is advertised. */
    serviceData: Array<ServiceData>,
    /** Services that peers can connect to. */
    services: Array<Served>,
    /** The page's own number for it: events carry it. */
    key: number
  }
  export type Served = {
    /** What it is. */
    uuid: string,
    /** Its characteristics. */
    characteristics: Array<ServedCharacteristic>
  }
  export type ServedCharacteristic = {
    /** What it is. */
    uuid: string,
    /** What peers may do with it. */
    properties: Array<Property>,
    /** Length of its first value; the bytes are in the body. */
    length: number
  }
  export type Service = {
    /** What it is. */
    uuid: string,
    /** Whether it stands for itself. */
    primary: boolean,
    /** What can be read, written and subscribed to. */
    characteristics: Array<Characteristic>
  }
  export type ServiceData = {
    /** The service. */
    service: string,
    /** How many bytes. */
    length: number
  }
  export type StartScan = {
    /** Which adapter; the first when it is missing. */
    adapter?: string,
    /** Only devices that offer one of these services; any device when there are none. */
    services: Array<string>,
    /** The page's own number for the scan: events carry it. */
    key: number
  }
  export type Target = {
    /** Number of the connection. */
    id: number,
    /** The service. */
    service: string,
    /** The characteristic. */
    characteristic: string
  }
  export type Value = {
    /** The page's number for the connection. */
    key: number,
    /** The service. */
    service: string,
    /** The characteristic. */
    characteristic: string
  }
  export type Write = {
    /** Number of the connection. */
    id: number,
    /** The service. */
    service: string,
    /** The characteristic. */
    characteristic: string,
    /** Whether to wait until the device says that it has it. */
    response: boolean
  }
  export type Written = {
    /** The page's number for what it serves. */
    key: number,
    /** The service. */
    service: string,
    /** The characteristic. */
    characteristic: string
  }
  export interface Routes {
    /** The Bluetooth adapters of this machine. */
    'bluetooth.adapters': { request: null, response: Array<Adapter> }
    /** Begins to look for devices; each that is found, and each change of one, comes as `bluetooth.found`. */
    'bluetooth.startScan': { request: StartScan, response: Opened }
    /** Ends a scan. */
    'bluetooth.stopScan': { request: Handle, response: null }
    /** Connects to a device. Its end comes as `bluetooth.disconnected`. */
    'bluetooth.connect': { request: Connect, response: Opened }
    /** Leaves a device. */
    'bluetooth.disconnect': { request: Handle, response: null }
    /** The services and characteristics of a device. */
    'bluetooth.services': { request: Handle, response: Array<Service> }
    /** Reads the value of a characteristic. */
    'bluetooth.read': { request: Target, response: WithBody<null> }
    /** Writes the value of a characteristic. */
    'bluetooth.write': { request: WithBody<Write>, response: null }
    /** Asks to be told of each new value of a characteristic, as `bluetooth.value`. */
    'bluetooth.subscribe': { request: Target, response: null }
    /** Asks to be told no more. */
    'bluetooth.unsubscribe': { request: Target, response: null }
    /** Advertises this machine, with services that others can connect to. The body holds the bytes of the data of manufacturers and services, and first values, in the order of their lengths. */
    'bluetooth.serve': { request: WithBody<Serve>, response: Opened }
    /** Changes the value of a characteristic that this machine serves; whoever subscribed is told. */
    'bluetooth.setValue': { request: WithBody<Target>, response: null }
    /** Ends serving and advertising. */
    'bluetooth.unserve': { request: Handle, response: null }
  }
  export interface Events {
    /** A scan found a device, or something about it changed. The body holds the bytes of `manufacturerData` and `serviceData`, in this order. */
    'bluetooth.found': WithBody<Found>
    /** A characteristic that the page subscribed to has a new value. */
    'bluetooth.value': WithBody<Value>
    /** A device is connected no more. */
    'bluetooth.disconnected': Disconnected
    /** A peer wrote the value of a characteristic that this machine serves. */
    'bluetooth.written': WithBody<Written>
  }
}

export namespace child_process {
  export type Ended = {
    /** Its number in the system. */
    pid: number,
    /** How it ended. */
    exit: Exit,
    /** How much of the body is standard output, in bytes. */
    stdout: number,
    /** Why it was ended: `ETIMEDOUT`, `ENOBUFS`. */
    error: { code: string, errno: number, message: string } | null
  }
  export type Exit = {
    /** What it said itself. */
    code: number | null,
    /** Number of the signal that ended it. */
    signal: number | null
  }
  export type Handle = {
    /** Number of the program. */
    id: number
  }
  export type Kill = {
    /** Number of the program. */
    id: number,
    /** Number of the signal; 0 only asks whether it runs. */
    signal: number
  }
  export type Read = {
    /** Number of the program. */
    id: number,
    /** 1: standard output; 2: standard error. */
    stream: number
  }
  export type Spawn = {
    /** A path, or a name that is looked for in `PATH`. */
    file: string,
    /** What the program gets beside its name. */
    args: Array<string>,
    /** What it is told that its name is. */
    argv0: string | null,
    /** Folder in which it begins. */
    cwd: string | null,
    /** Its whole environment. */
    env: Array<[string, string]>,
    /** Standard input, output and error. */
    stdio: [Stream, Stream, Stream],
    /** It outlives the document, and terminals count it as a session of its own. */
    detached: boolean,
    /** User it runs as. */
    uid: number | null,
    /** Group it runs as. */
    gid: number | null,
    /** On Windows: no console window. */
    windowsHide: boolean,
    /** On Windows: arguments go to the program as they are. */
    windowsVerbatim: boolean
  }
  export type SpawnSync = {
    /** How long it may run, in milliseconds; 0: as long as it likes. */
    timeout: number,
    /** Number of the signal that ends it then. */
    killSignal: number,
    /** Bytes of each output that are kept; more ends it, too. `null`: all. */
    maxBuffer: number | null,
    /** A path, or a name that is looked for in `PATH`. */
    file: string,
    /** What the program gets beside its name. */
    args: Array<string>,
    /** What it is told that its name is. */
    argv0: string | null,
    /** Folder in which it begins. */
    cwd: string | null,
    /** Its whole environment. */
    env: Array<[string, string]>,
    /** Standard input, output and error. */
    stdio: [Stream, Stream, Stream],
    /** It outlives the document, and terminals count it as a session of its own. */
    detached: boolean,
    /** User it runs as. */
    uid: number | null,
    /** Group it runs as. */
    gid: number | null,
    /** On Windows: no console window. */
    windowsHide: boolean,
    /** On Windows: arguments go to the program as they are. */
    windowsVerbatim: boolean
  }
  export type Started = {
    /** Number of the program, for further calls. */
    id: number,
    /** Its number in the system. */
    pid: number
  }
  export type Stream = "pipe" | "ignore" | "inherit"
  export interface Routes {
    /** Starts a program. */
    'child_process.spawn': { request: Spawn, response: Started }
    /** Starts a program and answers when it has ended. The body is its input, and in the answer its output: standard output, then standard error. */
    'child_process.spawnSync': { request: WithBody<SpawnSync>, response: WithBody<Ended> }
    /** Waits for output of a program; no bytes at the end. */
    'child_process.read': { request: Read, response: WithBody<null> }
    /** Writes to the input of a program; answers when its pipe has taken all. */
    'child_process.write': { request: WithBody<Handle>, response: null }
    /** Ends the input of a program. */
    'child_process.end': { request: Handle, response: null }
    /** Waits for the end of a program. */
    'child_process.wait': { request: Handle, response: Exit }
    /** Sends a signal to a program. False: it has ended. */
    'child_process.kill': { request: Kill, response: boolean }
    /** Forgets a program that has ended and whose output has been read. */
    'child_process.close': { request: Handle, response: null }
  }
}

export namespace console {
  export type Output = {
    /** 1: standard output; 2: standard error. */
    stream: number
  }
  export interface Routes {
    /** Writes text to the app's standard output (stream 1) or standard error (stream 2). */
    'console.write': { request: WithBody<Output>, response: null }
  }
}

export namespace crypto {
  export type Argon2 = {
    /** Bytes of the password. */
    lengths: Array<number>,
    /** Bytes wanted, at least 16. */
    length: number,
    /** Passes over the memory. */
    operations: number,
    /** Bytes of memory. */
    memory: number
  }
  export type Derive = {
    /** Bytes of the key. */
    lengths: Array<number>,
    /** Number of the wanted key, in decimal: it may have 64 bits. */
    id: string,
    /** Bytes wanted, 16 to 64. */
    length: number
  }
  export type Digest = "sha1" | "sha224" | "sha256" | "sha384" | "sha512" | "sha512-256"
  export type Hash = {
    /** Bytes of the key. */
    lengths: Array<number>,
    /** Bytes wanted, 16 to 64. */
    length: number
  }
  export type Parts = {
    /** Bytes of each part but the last. */
    lengths: Array<number>
  }
  export type PasswordHash = {
    /** None: the password is the whole body. */
    lengths: Array<number>,
    /** Passes over the memory. */
    operations: number,
    /** Bytes of memory. */
    memory: number
  }
  export type PasswordVerify = {
    /** None: the password is the whole body. */
    lengths: Array<number>,
    /** What `passwordHash` answered. */
    hash: string
  }
  export type Pbkdf2 = {
    /** Bytes of the password. */
    lengths: Array<number>,
    /** Bytes wanted. */
    length: number,
    /** At least 1. */
    iterations: number, digest: Digest
  }
  export type Scrypt = {
    /** Bytes of the password. */
    lengths: Array<number>,
    /** Bytes wanted. */
    length: number,
    /** `N` is two to this power. */
    log_n: number, r: number, p: number
  }
  export type SessionKeys = {
    /** Bytes of the own keys. */
    lengths: Array<number>,
    /** Which side this is: exactly one of the two is the client. */
    client: boolean
  }
  export interface Routes {
    /** A key from a password (PBKDF2 with HMAC). Parts: password, salt. */
    'crypto.pbkdf2': { request: WithBody<Pbkdf2>, response: WithBody<null> }
    /** A key from a password (scrypt). Parts: password, salt. */
    'crypto.scrypt': { request: WithBody<Scrypt>, response: WithBody<null> }
    /** A key from a password (Argon2id). Parts: password, salt of 16 bytes. */
    'crypto.argon2': { request: WithBody<Argon2>, response: WithBody<null> }
    /** A text to be kept instead of a password (Argon2id). Parts: password. */
    'crypto.passwordHash': { request: WithBody<PasswordHash>, response: string }
    /** Whether a kept text was made from a password. Parts: password. */
    'crypto.passwordVerify': { request: WithBody<PasswordVerify>, response: boolean }
    /** Key number `id` that follows from a key. Parts: key, context of 8 bytes. */
    'crypto.deriveKey': { request: WithBody<Derive>, response: WithBody<null> }
    /** BLAKE2b. Parts: key (or nothing), message. */
    'crypto.blake2b': { request: WithBody<Hash>, response: WithBody<null> }
    /** A pair of keys that signs: 32 bytes public, 64 secret. Parts: seed of 32 bytes, or nothing for a new pair. */
    'crypto.signKeyPair': { request: WithBody<Parts>, response: WithBody<null> }
    /** A signature of 64 bytes. Parts: secret key, message. */
    'crypto.sign': { request: WithBody<Parts>, response: WithBody<null> }
    /** Whether a signature is that of a key for a message. Parts: public key, signature, message. */
    'crypto.verify': { request: WithBody<Parts>, response: boolean }
    /** The key for encryption that belongs to one that signs: 32 bytes. Parts: public or secret key. */
    'crypto.toBoxKey': { request: WithBody<Parts>, response: WithBody<null> }
    /** A pair of keys for encryption: 32 bytes public, 32 secret. Parts: seed of 32 bytes, or nothing for a new pair. */
    'crypto.boxKeyPair': { request: WithBody<Parts>, response: WithBody<null> }
    /** The public half of a secret key for encryption. Parts: secret key. */
    'crypto.boxPublicKey': { request: WithBody<Parts>, response: WithBody<null> }
    /** X25519: what two keys share, 32 bytes. Parts: secret key, public key. */
    'crypto.scalarMult': { request: WithBody<Parts>, response: WithBody<null> }
    /** The key of boxes between two pairs: 32 bytes. Parts: public key, secret key. */
    'crypto.sharedKey': { request: WithBody<Parts>, response: WithBody<null> }
    /** Encrypts under the key of two pairs. Parts: shared key, nonce of 24 bytes, message. */
    'crypto.box': { request: WithBody<Parts>, response: WithBody<null> }
    /** Decrypts it. Parts: shared key, nonce, ciphertext. */
    'crypto.boxOpen': { request: WithBody<Parts>, response: WithBody<null> }
    /** Encrypts to a public key. Parts: public key, message. */
    'crypto.seal': { request: WithBody<Parts>, response: WithBody<null> }
    /** Decrypts it. Parts: public key, secret key, ciphertext. */
    'crypto.sealOpen': { request: WithBody<Parts>, response: WithBody<null> }
    /** Keys of a connection: 32 bytes for what comes in, 32 for what goes out. Parts: own public key, own secret key, public key of the other side. */
    'crypto.sessionKeys': { request: WithBody<SessionKeys>, response: WithBody<null> }
    /** Encrypts under a secret (XSalsa20-Poly1305). Parts: key, nonce of 24 bytes, message. */
    'crypto.secretBox': { request: WithBody<Parts>, response: WithBody<null> }
    /** Decrypts it. Parts: key, nonce, ciphertext. */
    'crypto.secretBoxOpen': { request: WithBody<Parts>, response: WithBody<null> }
    /** Encrypts and vouches for more (XChaCha20-Poly1305). Parts: key, nonce of 24 bytes, what is vouched for, message. */
    'crypto.aead': { request: WithBody<Parts>, response: WithBody<null> }
    /** Decrypts it. Parts: key, nonce, what is vouched for, ciphertext. */
    'crypto.aeadOpen': { request: WithBody<Parts>, response: WithBody<null> }
  }
}

export namespace dgram {
  export type Bind = {
    /** `udp4` or `udp6`. */
    family: Family,
    /** Where to listen; port 0: the system picks one. */
    local: Endpoint,
    /** Another socket may be bound to the same end. */
    reuseAddr: boolean,
    /** A `udp6` socket hears no IPv4. */
    ipv6Only: boolean,
    /** Length of the system's buffer for what arrives, in bytes; 0: the system's own choice. */
    recvBufferSize: number,
    /** Length of the system's buffer for what leaves, in bytes; 0: the system's own choice. */
    sendBufferSize: number,
    /** The page's own number for the socket: events carry it. */
    key: number
  }
  export type Bound = {
    /** Number of the socket. */
    id: number,
    /** Its local end. */
    local: Endpoint
  }
  export type Buffer = "recv" | "send"
  export type BufferSize = {
    /** Number of the socket. */
    id: number,
    /** Which buffer. */
    buffer: Buffer,
    /** Its new length in bytes; 0: it stays. */
    size: number
  }
  export type Connect = {
    /** Number of the socket. */
    id: number,
    /** The only peer from now on. */
    peer: Endpoint
  }
  export type Endpoint = {
    /** IPv4 or IPv6; the latter may end in a `%zone`. */
    address: string,
    /** 0 where the system picks one or where none is meant. */
    port: number
  }
  export type Failed = {
    /** The page's number for the socket. */
    key: number,
    /** What happened. */
    error: { code: string, errno: number, message: string }
  }
  export type Family = "udp4" | "udp6"
  export type Handle = {
    /** Number of the socket. */
    id: number
  }
  export type Membership = {
    /** Number of the socket. */
    id: number,
    /** True: joins. False: leaves. */
    join: boolean,
    /** Address of the group; its port is 0. */
    group: Endpoint,
    /** Hears this sender alone. */
    source: string | null,
    /** Address of an interface, for IPv6 with its zone (`::%eth0`); the system picks one when it is missing. */
    interface: string | null
  }
  export type MulticastInterface = {
    /** Number of the socket. */
    id: number,
    /** Address of an interface, for IPv6 with its zone (`::%eth0`). */
    interface: string
  }
  export type Received = {
    /** The page's number for the socket. */
    key: number,
    /** Where they come from. */
    peers: Array<Endpoint>,
    /** How many were dropped before these, because the page does not collect them. */
    dropped: number
  }
  export type Refused = {
    /** Which of the datagrams, from 0. */
    index: number,
    /** Why. */
    error: { code: string, errno: number, message: string }
  }
  export type Send = {
    /** Number of the socket. */
    id: number,
    /** Where the datagrams go. */
    peers: Array<Endpoint>
  }
  export type Sent = {
    /** Those that the system refused. */
    refused: Array<Refused>
  }
  export type SetOption = {
    /** Number of the socket. */
    id: number,
    /** Which one. */
    option: SocketOption,
    /** Its value. */
    value: number
  }
  export type SocketOption = "broadcast" | "ttl" | "multicastTtl" | "multicastLoopback"
  export interface Routes {
    /** Opens a socket at a local end and delivers what it receives, until it is closed. */
    'dgram.bind': { request: Bind, response: Bound }
    /** Fixes the peer of a socket: it sends to that one alone and hears that one alone. */
    'dgram.connect': { request: Connect, response: Endpoint }
    /** Undoes `dgram.connect`. */
    'dgram.disconnect': { request: Handle, response: Endpoint }
    /** Sends datagrams. The body holds a record for each: index of its peer (u32; 0xffffffff: the connected one), length (u32), bytes; numbers are little endian. */
    'dgram.send': { request: WithBody<Send>, response: Sent }
    /** Closes a socket. When it has answered, the port is free. */
    'dgram.close': { request: Handle, response: null }
    /** Sets an option of a socket. */
    'dgram.setOption': { request: SetOption, response: null }
    /** Sets, or with size 0 only reads, the length of a buffer of the system, in bytes. */
    'dgram.bufferSize': { request: BufferSize, response: number }
    /** Joins or leaves a multicast group. */
    'dgram.membership': { request: Membership, response: null }
    /** Says by which interface multicast datagrams leave. */
    'dgram.multicastInterface': { request: MulticastInterface, response: null }
  }
  export interface Events {
    /** Datagrams arrived. The body holds a record for each: index of its peer (u32), length (u32), bytes. Without room they are dropped and counted. */
    'dgram.messages': WithBody<Received>
    /** A socket heard of a failure, mostly that the peer of an earlier datagram refused it. */
    'dgram.failed': Failed
  }
}

export namespace dns {
  export type Endpoint = {
    /** IPv4 or IPv6; the latter may end in a `%zone`. */
    address: string,
    /** 0 where the system picks one or where none is meant. */
    port: number
  }
  export type Exchange = {
    /** Asked in this order. */
    servers: Array<Endpoint>,
    /** How long the first round waits for each server, in milliseconds; each further one waits twice as long. */
    timeout: number,
    /** How many rounds. */
    tries: number,
    /** Local address for servers of IPv4. */
    local4: string | null,
    /** Local address for servers of IPv6. */
    local6: string | null
  }
  export type Lookup = {
    /** The name. */
    hostname: string,
    /** 4, 6, or 0 for both. */
    family: number,
    /** Only families that this machine has an address of. */
    addrconfig: boolean,
    /** IPv4 addresses as IPv6 ones when there are no others. */
    v4mapped: boolean,
    /** With `v4mapped`: both. */
    all: boolean
  }
  export type LookupService = {
    /** IPv4 or IPv6. */
    address: string,
    /** A port. */
    port: number
  }
  export type Service = {
    /** Name of the host. */
    hostname: string,
    /** Name of the service, or the port when it has none. */
    service: string
  }
  export interface Routes {
    /** Asks the system for the addresses of a host: its tables, its files, its servers. */
    'dns.lookup': { request: Lookup, response: Array<string> }
    /** Asks the system for the names of an address and a port. */
    'dns.lookupService': { request: LookupService, response: Service }
    /** Asks DNS servers. The bodies are DNS messages. */
    'dns.query': { request: WithBody<Exchange>, response: WithBody<null> }
    /** Addresses of the servers that the system is set to use. */
    'dns.servers': { request: null, response: Array<string> }
  }
}

export namespace fs {
  export type Access = {
    /** The file. */
    path: FilePath,
    /** Sum of `R_OK`, `W_OK` and `X_OK`. */
    mode: number
  }
  export type BytesRead = {
    /** How many bytes follow; 0 at the end of the file. */
    bytesRead: number
  }
  export type BytesWritten = {
    /** How many bytes were written. */
    bytesWritten: number
  }
  export type Changed = {
    /** Number of the watcher. */
    fd: number,
    /** What happened, in Node's words. */
    eventType: EventType
  }
  export type Chmod = {
    /** The file. */
    path: FilePath,
    /** Its permissions. */
    mode: number
  }
  export type Chown = {
    /** The file. */
    path: FilePath,
    /** Owner; -1 leaves it. */
    uid: number,
    /** Group; -1 leaves it. */
    gid: number
  }
  export type Content = {
    /** How many bytes follow, as far as known when the file was opened. */
    size: number
  }
  export type CopyFile = {
    /** What is copied. */
    path: FilePath,
    /** Where to. */
    dest: FilePath,
    /** Sum of `COPYFILE_*`. */
    mode: number
  }
  export type Descriptor = {
    /** Its number. */
    fd: number
  }
  export type Entries = {
    /** `UV_DIRENT_*` of each entry, a digit each. */
    kinds: string
  }
  export type EventType = "rename" | "change"
  export type Fchmod = {
    /** Number of the open file. */
    fd: number,
    /** Its permissions. */
    mode: number
  }
  export type Fchown = {
    /** Number of the open file. */
    fd: number,
    /** Owner; -1 leaves it. */
    uid: number,
    /** Group; -1 leaves it. */
    gid: number
  }
  export type FilePath = string
  export type Found = {
    /** Length of the path; its bytes follow. */
    length: number
  }
  export type Ftruncate = {
    /** Number of the open file. */
    fd: number,
    /** Its new length. */
    length: number
  }
  export type Futimes = {
    /** Number of the open file. */
    fd: number,
    /** Last read, in seconds since 1970; no number: `EINVAL`. */
    atime: number | null,
    /** Last change, in seconds since 1970; no number: `EINVAL`. */
    mtime: number | null
  }
  export type Integer = number | string
  export type Kind = "file" | "dir" | "junction"
  export type List = {
    /** The directory. */
    path: FilePath,
    /** Whether to list what is in its directories too. */
    recursive: boolean,
    /** Whether links to directories count as directories. */
    follow: boolean
  }
  export type Mkdir = {
    /** The directory. */
    path: FilePath,
    /** Permissions of what is made. */
    mode: number,
    /** Whether missing parents are made and an existing directory is no error. */
    recursive: boolean
  }
  export type Next = {
    /** Number of the open directory. */
    fd: number,
    /** How many entries at most. */
    count: number
  }
  export type Open = {
    /** The file. */
    path: FilePath,
    /** `O_*` of this platform. */
    flags: number,
    /** Permissions of a file that is created. */
    mode: number
  }
  export type Opened = {
    /** Number of the open file. */
    fd: number
  }
  export type Pair = {
    /** The first, which exists. */
    path: FilePath,
    /** The second. */
    dest: FilePath
  }
  export type Path = {
    /** The file. */
    path: FilePath
  }
  export type Read = {
    /** Number of the open file. */
    fd: number,
    /** How many bytes at most. */
    length: number,
    /** Where to begin; `null`: where the last read or write ended. */
    position: number | string | null
  }
  export type ReadFile = {
    /** The file. */
    path: FilePath,
    /** `O_*` of this platform. */
    flags: number
  }
  export type Realpath = {
    /** The file. */
    path: FilePath,
    /** Whether an error names the whole path, or the first part of it that cannot be followed. */
    native: boolean
  }
  export type Rm = {
    /** The file or directory. */
    path: FilePath,
    /** Whether a directory goes with all that is in it. */
    recursive: boolean,
    /** Whether it may be missing. */
    force: boolean,
    /** How often to try again when it is busy. */
    maxRetries: number,
    /** Milliseconds before the first of these; each takes that much longer. */
    retryDelay: number
  }
  export type Rmdir = {
    /** The directory. */
    path: FilePath,
    /** Whether it may hold something. */
    recursive: boolean
  }
  export type Stat = {
    /** Device that holds it. */
    dev: Integer,
    /** Type and permissions. */
    mode: number,
    /** How many names it has. */
    nlink: Integer,
    /** Owner. */
    uid: number,
    /** Group. */
    gid: number,
    /** Device that it is. */
    rdev: Integer,
    /** Best size for reads and writes. */
    blksize: Integer,
    /** Number on its device. */
    ino: Integer,
    /** Length in bytes. */
    size: Integer,
    /** How much of the disk it takes, in units of 512 bytes. */
    blocks: Integer,
    /** Last read. */
    atime: [number, number],
    /** Last change of its content. */
    mtime: [number, number],
    /** Last change of its content or of what is known about it. */
    ctime: [number, number],
    /** When it was made. */
    birthtime: [number, number]
  }
  export type StatFs = {
    /** Its type. */
    type: Integer,
    /** Best size for reads and writes; the unit of what follows. */
    bsize: Integer,
    /** All blocks. */
    blocks: Integer,
    /** Free blocks. */
    bfree: Integer,
    /** Free blocks for this user. */
    bavail: Integer,
    /** All file nodes. */
    files: Integer,
    /** Free file nodes. */
    ffree: Integer
  }
  export type Symlink = {
    /** Where it points to. */
    target: FilePath,
    /** Where it stands. */
    path: FilePath,
    /** What it points to, for Windows; found out when it is missing. */
    kind?: Kind
  }
  export type Truncate = {
    /** The file. */
    path: FilePath,
    /** Its new length. */
    length: number
  }
  export type Utimes = {
    /** The file. */
    path: FilePath,
    /** Last read, in seconds since 1970; no number: `EINVAL`. */
    atime: number | null,
    /** Last change, in seconds since 1970; no number: `EINVAL`. */
    mtime: number | null
  }
  export type Watch = {
    /** A file or a directory. */
    path: FilePath,
    /** Whether to watch everything below it too. */
    recursive: boolean
  }
  export type Watching = {
    /** Number of the watcher. */
    fd: number
  }
  export type Write = {
    /** Number of the open file. */
    fd: number,
    /** Where to begin; `null`: where the last read or write ended. */
    position: number | string | null
  }
  export type WriteFile = {
    /** The file. */
    path: FilePath,
    /** `O_*` of this platform. */
    flags: number,
    /** Permissions of a file that is created. */
    mode: number,
    /** Whether to wait until it is on the disk. */
    flush: boolean
  }
  export interface Routes {
    /** Checks whether a file can be used: a sum of 4 (read), 2 (write) and 1 (execute), or 0 (exists). */
    'fs.access': { request: Access, response: null }
    /** Writes bytes at the end of a file, which it creates when it is missing. */
    'fs.appendFile': { request: WithBody<WriteFile>, response: null }
    /** Changes the permissions of a file. */
    'fs.chmod': { request: Chmod, response: null }
    /** Changes the owner of a file. */
    'fs.chown': { request: Chown, response: null }
    /** Closes a descriptor. */
    'fs.close': { request: Descriptor, response: null }
    /** Copies a file: a sum of 1 (fail when the destination exists), 2 (clone if possible) and 4 (clone or fail). */
    'fs.copyFile': { request: CopyFile, response: null }
    /** Closes a directory. */
    'fs.dirClose': { request: Descriptor, response: null }
    /** Brings the next entries of an open directory; none at its end. */
    'fs.dirRead': { request: Next, response: WithBody<Entries> }
    /** Tells whether a file exists. */
    'fs.exists': { request: Path, response: boolean }
    /** Changes the permissions of an open file. */
    'fs.fchmod': { request: Fchmod, response: null }
    /** Changes the owner of an open file. */
    'fs.fchown': { request: Fchown, response: null }
    /** Waits until the content of an open file is on the disk. */
    'fs.fdatasync': { request: Descriptor, response: null }
    /** Brings what is known about an open file. */
    'fs.fstat': { request: Descriptor, response: Stat }
    /** Waits until an open file is on the disk. */
    'fs.fsync': { request: Descriptor, response: null }
    /** Changes the length of an open file. */
    'fs.ftruncate': { request: Ftruncate, response: null }
    /** Changes the times of an open file. */
    'fs.futimes': { request: Futimes, response: null }
    /** Changes the owner of a file, or of the link itself. */
    'fs.lchown': { request: Chown, response: null }
    /** Gives a file a second name. */
    'fs.link': { request: Pair, response: null }
    /** Brings what is known about a file, or about the link itself. */
    'fs.lstat': { request: Path, response: Stat }
    /** Changes the times of a file, or of the link itself. */
    'fs.lutimes': { request: Utimes, response: null }
    /** Makes a directory, with its parents when `recursive`; brings the first one made. */
    'fs.mkdir': { request: Mkdir, response: WithBody<Found> }
    /** Makes a directory with a name that nobody uses and brings it. */
    'fs.mkdtemp': { request: Path, response: WithBody<Found> }
    /** Opens a file and returns its descriptor. */
    'fs.open': { request: Open, response: Opened }
    /** Opens a directory and returns its descriptor. */
    'fs.opendir': { request: Path, response: Opened }
    /** Reads bytes from an open file. */
    'fs.read': { request: Read, response: WithBody<BytesRead> }
    /** Brings the entries of a directory, sorted by their bytes. */
    'fs.readdir': { request: List, response: WithBody<Entries> }
    /** Brings the content of a file. */
    'fs.readFile': { request: ReadFile, response: WithBody<Content> }
    /** Brings where a link points to. */
    'fs.readlink': { request: Path, response: WithBody<Found> }
    /** Reads bytes from an open file for several buffers. */
    'fs.readv': { request: Read, response: WithBody<BytesRead> }
    /** Brings a path without links, `.` and `..`. */
    'fs.realpath': { request: Realpath, response: WithBody<Found> }
    /** Gives a file another name. */
    'fs.rename': { request: Pair, response: null }
    /** Removes a file, or a directory with all that is in it. */
    'fs.rm': { request: Rm, response: null }
    /** Removes an empty directory. */
    'fs.rmdir': { request: Rmdir, response: null }
    /** Brings what is known about a file. */
    'fs.stat': { request: Path, response: Stat }
    /** Brings what is known about a file system. */
    'fs.statfs': { request: Path, response: StatFs }
    /** Makes a link that points to `target`. */
    'fs.symlink': { request: Symlink, response: null }
    /** Changes the length of a file. */
    'fs.truncate': { request: Truncate, response: null }
    /** Removes a file. */
    'fs.unlink': { request: Path, response: null }
    /** Stops watching. */
    'fs.unwatch': { request: Descriptor, response: null }
    /** Changes the times of a file. */
    'fs.utimes': { request: Utimes, response: null }
    /** Watches a file or a directory; what happens comes as `fs.changed`. */
    'fs.watch': { request: Watch, response: Watching }
    /** Writes bytes to an open file. */
    'fs.write': { request: WithBody<Write>, response: BytesWritten }
    /** Writes the content of a file, which it creates when it is missing. */
    'fs.writeFile': { request: WithBody<WriteFile>, response: null }
    /** Writes the bytes of several buffers to an open file. */
    'fs.writev': { request: WithBody<Write>, response: BytesWritten }
  }
  export interface Events {
    /** Something happened to a watched file. */
    'fs.changed': WithBody<Changed>
  }
}

export namespace ipc {
  export type Batch = {
    /** Events in the body, each a length (u32, little endian) and a frame whose head is `{ event, data }`. */
    count: number,
    /** Events dropped since the last poll. */
    dropped: number
  }
  export type Cancel = {
    /** Number of the call, as in its own `seq`. */
    number: number
  }
  export interface Routes {
    /** Waits for events of the calling realm and brings a batch of them. */
    'ipc.events': { request: null, response: WithBody<Batch> }
    /** Ends a call of the calling realm early. */
    'ipc.cancel': { request: Cancel, response: null }
  }
}

export namespace module {
  export type Found = {
    /** What there is. */
    kind: Kind,
    /** Of the file, without symbolic links; empty otherwise. */
    path: string
  }
  export type Kind = "file" | "directory" | "missing"
  export type Read = {
    /** Absolute. */
    path: string,
    /** What to append, in the order to try; the empty one is the path itself. */
    endings: Array<string>
  }
  export interface Routes {
    /** Reads the first file that is there of a path with each of some endings. */
    'module.read': { request: Read, response: WithBody<Found> }
  }
}

export namespace net {
  export type Close = {
    /** Number of the connection or server. */
    id: number,
    /** The peer hears that the connection broke off, not that it ended. */
    reset: boolean
  }
  export type Connect = {
    /** Where to. */
    peer: Endpoint,
    /** The end here, where it matters. Port 0: the system picks one. */
    local: Endpoint | null
  }
  export type ConnectPath = {
    /** The socket's file. */
    path: string
  }
  export type Connected = {
    /** Number of the connection. */
    id: number,
    /** The end here; none of a socket of the file system. */
    local: Endpoint | null,
    /** The end there. */
    remote: Endpoint | null
  }
  export type Endpoint = {
    /** IPv4 or IPv6; the latter may end in a `%zone`. */
    address: string,
    /** 0 where the system picks one or where none is meant. */
    port: number
  }
  export type Handle = {
    /** Number of the connection or server. */
    id: number
  }
  export type Listen = {
    /** Where; port 0: the system picks one. */
    local: Endpoint,
    /** How many connections may wait to be accepted. */
    backlog: number,
    /** An IPv6 server hears no IPv4. */
    ipv6Only: boolean
  }
  export type ListenPath = {
    /** The socket's file, which must not be there yet. */
    path: string,
    /** How many connections may wait to be accepted. */
    backlog: number,
    /** Every user may connect, not only the app's. */
    everyone: boolean
  }
  export type Listening = {
    /** Number of the server. */
    id: number,
    /** Where it listens; none of a socket of the file system. */
    local: Endpoint | null
  }
  export type SetOption = {
    /** Number of the connection. */
    id: number,
    /** Which one. */
    option: SocketOption,
    /** Its value. */
    value: number
  }
  export type SocketOption = "noDelay" | "keepAlive"
  export interface Routes {
    /** Connects to a TCP end. */
    'net.connect': { request: Connect, response: Connected }
    /** Connects to a socket of the file system. */
    'net.connectPath': { request: ConnectPath, response: Connected }
    /** Waits for bytes of a connection; none at its end. */
    'net.read': { request: Handle, response: WithBody<null> }
    /** Writes to a connection; answers when the system has taken all. */
    'net.write': { request: WithBody<Handle>, response: null }
    /** Says to the peer that nothing more comes. */
    'net.end': { request: Handle, response: null }
    /** Closes a connection or a server. What waits for it ends. */
    'net.close': { request: Close, response: null }
    /** Sets an option of a connection. */
    'net.setOption': { request: SetOption, response: null }
    /** Listens at a TCP end. */
    'net.listen': { request: Listen, response: Listening }
    /** Listens at a socket of the file system, which it makes. */
    'net.listenPath': { request: ListenPath, response: Listening }
    /** Waits for the next connection to a server. */
    'net.accept': { request: Handle, response: Connected }
  }
}

export namespace network {
  export type Address = {
    /** The interface. */
    interface: string,
    /** IPv4 or IPv6. */
    address: string,
    /** Length of the part that its network has in common. */
    prefix: number
  }
  export type Cluster = {
    /** Its id, 64 hexadecimal digits. */
    cluster: string
  }
  export type Complete = {
    /** How many consents of 96 bytes stand at the end of the body. */
    consents: number,
    /** Public key of the one for whom the whole group is sealed. */
    to: string
  }
  export type Completed = {
    /** Public key of the group. */
    group: string,
    /** How long the certificate is, with which the body begins; the whole group, sealed, is the rest. */
    certificate: number
  }
  export type ConnectPeer = {
    /** Number of the peer. */
    id: number,
    /** Public key of the other. */
    peer: string,
    /** Where it was, if that is known; otherwise others are asked. */
    address?: Endpoint
  }
  export type Connected = {
    /** Public key of the other. */
    peer: string,
    /** Its address; that of the peer who passes the bytes on, if it is relayed. */
    address: Endpoint,
    /** Whether another peer passes the bytes on, which it cannot read. */
    relayed: boolean
  }
  export type ConsentTo = Record<symbol, never>
  export type Counters = {
    /** What it has done. */
    done: { [key in string]: number },
    /** What it refused, by reason. */
    dropped: { [key in string]: number }
  }
  export type Deed = "release" | "advertise" | "conceal" | "lookup" | "withdraw" | "pin" | "unpin"
  export type DisconnectPeer = {
    /** Number of the peer. */
    id: number,
    /** Public key of the other. */
    peer: string
  }
  export type Do = {
    /** Number of the peer. */
    id: number,
    /** What is done. */
    deed: Deed,
    /** The cluster. */
    cluster: string,
    /** Public key of the group, or of the contact. */
    whose: string
  }
  export type Endpoint = {
    /** IPv4 or IPv6; the latter may end in a `%zone`. */
    address: string,
    /** 0 where the system picks one or where none is meant. */
    port: number
  }
  export type Enter = {
    /** Number of the peer. */
    id: number,
    /** A cluster that it takes part in. */
    cluster: string
  }
  export type Entered = {
    /** Its id, 64 hexadecimal digits. */
    subcluster: string
  }
  export type Exit = {
    /** Number of the peer. */
    id: number,
    /** The cluster. */
    cluster: string,
    /** The part of it. */
    subcluster: string
  }
  export type Handle = {
    /** Number of the peer. */
    id: number
  }
  export type Join = {
    /** Number of the peer. */
    id: number,
    /** Peers that are known. */
    contacts: Array<Endpoint>
  }
  export type Neighbour = {
    /** Its public key. */
    peer: string,
    /** Where it is. */
    address: Endpoint
  }
  export type OpenPeer = {
    /** Where its socket is bound. Port 0: the system picks one. */
    bind: Endpoint,
    /** The body is what `network.close` gave. */
    kept: boolean,
    /** The page's own number for the peer: events carry it. */
    key: number
  }
  export type Opened = {
    /** Number of the peer. */
    id: number,
    /** Its public key, 64 hexadecimal digits. */
    peer: string,
    /** Where its socket is bound. */
    address: Endpoint
  }
  export type Propose = {
    /** Public keys of those who are to be members: devices, and groups within this one. */
    members: Array<string>,
    /** The group that it takes the place of. */
    replaces?: string
  }
  export type Proposed = {
    /** Public key of the group. */
    group: string
  }
  export type PublishMessage = {
    /** Number of the peer. */
    id: number,
    /** A cluster that it takes part in. */
    cluster: string,
    /** A part of it; all of it when it is missing. */
    subcluster?: string,
    /** Public key of the one peer or group that may read it; every member when it is missing. */
    to?: string,
    /** The message that it follows; the newest that is known when it is missing. */
    previous?: string
  }
  export type Published = {
    /** The id of the message. */
    message: string
  }
  export type Query = {
    /** Number of the peer. */
    id: number,
    /** A cluster that it takes part in. */
    cluster: string,
    /** The message that is known, or that is wanted. */
    message: string,
    /** Which one of its neighbours. */
    direction: Way
  }
  export type Received = {
    /** The page's number for the peer. */
    key: number,
    /** Its id. */
    id: string,
    /** The message that its author knew last. */
    previous: string,
    /** The cluster. */
    cluster: string,
    /** The part of it. */
    subcluster: string,
    /** Public key of whoever wrote it: verified. */
    author: string,
    /** Whether it was for this peer, or a group that it is in, alone. */
    private: boolean,
    /** When it was written, by the author's clock, in milliseconds. */
    time: number,
    /** How far it came. */
    hops: number
  }
  export type SendTo = {
    /** Number of the peer. */
    id: number,
    /** Public key of the other, with whom there is a connection. */
    peer: string,
    /** Whether it may be lost and overtaken: at most 1024 bytes then, else 65536. */
    lossy: boolean
  }
  export type Share = {
    /** Public key of the one for whom it is sealed anew. */
    to: string
  }
  export type State = {
    /** Whether there is a way out of this machine. Whether it leads to the Internet nobody can know. */
    online: boolean,
    /** Addresses of this machine that others may reach it at, sorted. */
    addresses: Array<Address>
  }
  export type Status = {
    /** The page's number for the peer. */
    key: number,
    /** What. */
    what: What
  }
  export type Streamed = {
    /** The page's number for the peer. */
    key: number,
    /** Public key of the other. */
    peer: string,
    /** Whether they come in order, each message once. */
    reliable: boolean
  }
  export type Unwatch = {
    /** Number of the watch. */
    id: number
  }
  export type Watching = {
    /** Number of the watch. */
    id: number
  }
  export type Way = "this" | "previous" | "next"
  export type What = { "event": "joined" } | { "event": "isolated" } | { "event": "spread",
    /** The message. */
    id: string, } | { "event": "nat",
    /** Its kind. */
    kind: string,
    /** Its address from outside. */
    address: Endpoint | null, } | { "event": "connected" } & Connected | { "event": "way" } & Connected | { "event": "disconnected",
    /** Public key of the other. */
    peer: string, } | { "event": "group",
    /** Who was asked for, or its first member. */
    peer: string,
    /** Its public key. */
    group: string,
    /** All its members, who all consented. */
    members: Array<string>,
    /** The group that it takes the place of. */
    replaces: string | null
  }
  export interface Routes {
    /** What the machine is connected to now. */
    'network.state': { request: null, response: State }
    /** Tells each change of it, as `network.changed`. */
    'network.watch': { request: null, response: Watching }
    /** Tells no more. */
    'network.unwatch': { request: Unwatch, response: null }
    /** Opens a peer. The body holds the 32 secret bytes that its key follows from, or what `network.close` gave. */
    'network.open': { request: WithBody<OpenPeer>, response: Opened }
    /** Enters the network by peers that are known. */
    'network.join': { request: Join, response: null }
    /** Leaves the network; `network.join` enters it again. */
    'network.leave': { request: Handle, response: null }
    /** Takes part in a cluster. The body holds the 32 secret bytes that its members have in common. */
    'network.subscribe': { request: WithBody<Handle>, response: Cluster }
    /** Takes part in a part of a cluster. The body holds the 32 secret bytes that those in it have in common. */
    'network.enter': { request: WithBody<Enter>, response: Entered }
    /** No longer takes part in a part of a cluster. */
    'network.exit': { request: Exit, response: null }
    /** Publishes a message, which is the body. */
    'network.publish': { request: WithBody<PublishMessage>, response: Published }
    /** Asks the network for a message; it comes as `network.message`. */
    'network.query': { request: Query, response: null }
    /** Peers that there are links to. */
    'network.neighbours': { request: Handle, response: Array<Neighbour> }
    /** Connects to a peer: directly, through its NAT, or by way of another. */
    'network.connect': { request: ConnectPeer, response: Connected }
    /** Sends the body to a connected peer. */
    'network.send': { request: WithBody<SendTo>, response: null }
    /** Ends the connection to a peer. */
    'network.hangUp': { request: DisconnectPeer, response: null }
    /** What a peer has done and refused. */
    'network.metrics': { request: Handle, response: Counters }
    /** Proposes an identity group. The body holds the 32 secret bytes that its key follows from; the answer is the proposal. */
    'network.propose': { request: WithBody<Propose>, response: WithBody<Proposed> }
    /** Consents to a proposal. The body holds the 32 secret bytes of a member's key and the proposal. */
    'network.consent': { request: WithBody<ConsentTo>, response: WithBody<null> }
    /** Makes the group. The body holds the 32 secret bytes of its key, the proposal, and the consents of all members. */
    'network.complete': { request: WithBody<Complete>, response: WithBody<Completed> }
    /** Seals a group for another. The body holds the 32 secret bytes of the key that it is sealed for, and the sealed group. */
    'network.share': { request: WithBody<Share>, response: WithBody<null> }
    /** Reads from now on what is sent to a group. The body is as that of `network.share`. */
    'network.hold': { request: WithBody<Handle>, response: Proposed }
    /** A group that somebody told of in confidence. The body is its certificate. */
    'network.learn': { request: WithBody<Handle>, response: null }
    /** Does something with a group. */
    'network.group': { request: Do, response: null }
    /** What is worth keeping until a peer is opened again; bytes. */
    'network.save': { request: Handle, response: WithBody<null> }
    /** Ends a peer. The answer is what is worth keeping; bytes. */
    'network.close': { request: Handle, response: WithBody<null> }
  }
  export interface Events {
    /** What the machine is connected to has changed; only the newest state counts. */
    'network.changed': State
    /** A message of a cluster, decrypted, its author's signature verified. The body is what it says. */
    'network.message': WithBody<Received>
    /** Bytes from a connected peer, which are the body. */
    'network.stream': WithBody<Streamed>
    /** Something happened to a peer. */
    'network.status': Status
  }
}

export namespace notification {
  export type Ability = {
    /** Whether notifications may be shown. */
    state: State,
    /** How many buttons one may have. */
    maxActions: number
  }
  export type Action = {
    /** Its name in the page. */
    action: string,
    /** Its text. */
    title: string
  }
  export type Close = {
    /** The page's number for the notification. */
    key: number
  }
  export type Closed = {
    /** The page's number for the notification. */
    key: number
  }
  export type Response = {
    /** The page's number for the notification. */
    key: number,
    /** The button; empty: the notification itself. */
    action: string
  }
  export type Show = {
    /** First line. */
    title: string,
    /** The text below. */
    text: string,
    /** Buttons. */
    actions: Array<Action>,
    /** A notification of the page with the same tag is replaced; empty: none is. */
    tag: string,
    /** Without a sound. */
    silent: boolean,
    /** It stays until somebody has seen it. */
    requireInteraction: boolean,
    /** Size of the picture; the body holds its pixels: red, green, blue and alpha, a byte each. 0: there is none. */
    width: number,
    /** Size of the picture. */
    height: number,
    /** The page's own number for the notification: events carry it. */
    key: number
  }
  export type State = "granted" | "denied" | "default"
  export interface Routes {
    /** Whether notifications can be shown, and with how many buttons. */
    'notification.permission': { request: null, response: Ability }
    /** Asks the user, where the system does that, whether notifications may be shown. */
    'notification.request': { request: null, response: Ability }
    /** Shows a notification, or replaces one that has the same tag. The body holds the pixels of its picture. */
    'notification.show': { request: WithBody<Show>, response: null }
    /** Takes a notification off the screen. */
    'notification.close': { request: Close, response: null }
  }
  export interface Events {
    /** Somebody clicked a notification or one of its buttons. */
    'notification.response': Response
    /** A notification is not on the screen any more. */
    'notification.closed': Closed
  }
}

export namespace os {
  export type Address = {
    /** Name of the interface. */
    name: string,
    /** The address. */
    address: string,
    /** Which part of the address names the network. */
    netmask: string,
    /** `IPv4` or `IPv6`. */
    family: string,
    /** Hardware address. */
    mac: string,
    /** Whether only this machine can reach it. */
    internal: boolean,
    /** The address and the length of its network's part. */
    cidr: string | null,
    /** Number of the interface, for addresses that are valid in one network only. */
    scopeid: number | null
  }
  export type Cpu = {
    /** As its maker calls it. */
    model: string,
    /** Megahertz now; 0 when the system does not say. */
    speed: number,
    /** What it has done since the start, in milliseconds. */
    times: CpuTimes
  }
  export type CpuTimes = {
    /** Programs. */
    user: number,
    /** Programs of low priority. */
    nice: number,
    /** The system. */
    sys: number,
    /** Nothing. */
    idle: number,
    /** Interrupts. */
    irq: number
  }
  export type Process = {
    /** Number of the process; 0: this one. */
    pid: number
  }
  export type ResourceUsage = {
    /** Microseconds on the processors, in the program itself. */
    userCPUTime: number,
    /** Microseconds on the processors, in the system on its behalf. */
    systemCPUTime: number,
    /** Kilobytes in memory at most. */
    maxRSS: number,
    /** Kept for programs that read it; systems do not fill it. */
    sharedMemorySize: number,
    /** Kept for programs that read it; systems do not fill it. */
    unsharedDataSize: number,
    /** Kept for programs that read it; systems do not fill it. */
    unsharedStackSize: number,
    /** Pages found in memory. */
    minorPageFault: number,
    /** Pages read from the disk. */
    majorPageFault: number,
    /** How often it was swapped out. */
    swappedOut: number,
    /** Reads from the disk. */
    fsRead: number,
    /** Writes to the disk. */
    fsWrite: number,
    /** Messages sent. */
    ipcSent: number,
    /** Messages received. */
    ipcReceived: number,
    /** Signals received. */
    signalsCount: number,
    /** How often it gave up the processor. */
    voluntaryContextSwitches: number,
    /** How often the processor was taken from it. */
    involuntaryContextSwitches: number
  }
  export type SetPriority = {
    /** Number of the process; 0: this one. */
    pid: number,
    /** From -20 (first) to 19 (last). */
    priority: number
  }
  export type Uname = {
    /** For example `Linux`. */
    sysname: string,
    /** Of the kernel, for example `6.1.0`. */
    release: string,
    /** How the kernel was built. */
    version: string,
    /** For example `x86_64`. */
    machine: string,
    /** Name of the machine in its network. */
    nodename: string
  }
  export type User = {
    /** Number of the user; -1 where users have none. */
    uid: number,
    /** Number of the user's first group; -1 where groups have none. */
    gid: number
  }
  export interface Routes {
    /** Memory that programs can have without swapping, in bytes. */
    'os.availableMemory': { request: null, response: number }
    /** How many things the machine can do at once. */
    'os.availableParallelism': { request: null, response: number }
    /** The processors. */
    'os.cpus': { request: null, response: Array<Cpu> }
    /** Memory that is free, in bytes. */
    'os.freemem': { request: null, response: number }
    /** Priority of a process. */
    'os.getPriority': { request: Process, response: number }
    /** How busy the machine was in the last 1, 5 and 15 minutes. */
    'os.loadavg': { request: null, response: [number, number, number] }
    /** Addresses of the machine, by interface. */
    'os.networkInterfaces': { request: null, response: Array<Address> }
    /** What the app has used of the system. */
    'os.rusage': { request: null, response: ResourceUsage }
    /** Changes the priority of a process. */
    'os.setPriority': { request: SetPriority, response: null }
    /** All memory, in bytes. */
    'os.totalmem': { request: null, response: number }
    /** Names and versions of system and machine. */
    'os.uname': { request: null, response: Uname }
    /** Seconds since the machine was started. */
    'os.uptime': { request: null, response: number }
    /** The user that the app runs as. */
    'os.userInfo': { request: null, response: WithBody<User> }
  }
}

export namespace process {
  export type CpuUsage = {
    /** In the program itself. */
    user: number,
    /** In the system on its behalf. */
    system: number
  }
  export type Handle = {
    /** Number of the interest. */
    id: number
  }
  export type Ids = { uid: number, euid: number, gid: number, egid: number, groups: Array<number>
  }
  export type Kill = {
    /** Number of the process; below 1 as the system says. */
    pid: number,
    /** Number of the signal. */
    signal: number
  }
  export type Listen = {
    /** Number of the signal. */
    signal: number
  }
  export type MemoryUsage = {
    /** Bytes in memory. */
    rss: number
  }
  export type ResourceUsage = {
    /** Microseconds on the processors, in the program itself. */
    userCPUTime: number,
    /** Microseconds on the processors, in the system on its behalf. */
    systemCPUTime: number,
    /** Kilobytes in memory at most. */
    maxRSS: number,
    /** Kept for programs that read it; systems do not fill it. */
    sharedMemorySize: number,
    /** Kept for programs that read it; systems do not fill it. */
    unsharedDataSize: number,
    /** Kept for programs that read it; systems do not fill it. */
    unsharedStackSize: number,
    /** Pages found in memory. */
    minorPageFault: number,
    /** Pages read from the disk. */
    majorPageFault: number,
    /** How often it was swapped out. */
    swappedOut: number,
    /** Reads from the disk. */
    fsRead: number,
    /** Writes to the disk. */
    fsWrite: number,
    /** Messages sent. */
    ipcSent: number,
    /** Messages received. */
    ipcReceived: number,
    /** Signals received. */
    signalsCount: number,
    /** How often it gave up the processor. */
    voluntaryContextSwitches: number,
    /** How often the processor was taken from it. */
    involuntaryContextSwitches: number
  }
  export type Signal = {
    /** Its number. */
    signal: number
  }
  export interface Routes {
    /** How long the process has used the processors, in microseconds. */
    'process.cpuUsage': { request: null, response: CpuUsage }
    /** Bytes of memory that the system lets the process have: 0 when it does not say. */
    'process.constrainedMemory': { request: null, response: number }
    /** Who the process runs as. */
    'process.ids': { request: null, response: Ids }
    /** Sends a signal to a process of the user; 0 only asks whether it is there. */
    'process.kill': { request: Kill, response: null }
    /** From now on a signal is an event, and no longer does what it does in every program. */
    'process.listen': { request: Listen, response: Handle }
    /** How much memory the process has. */
    'process.memoryUsage': { request: null, response: MemoryUsage }
    /** What comes next on standard input, at most 64 KiB; no bytes at its end. All pages read from the same one. */
    'process.readStdin': { request: null, response: WithBody<null> }
    /** What the process has used of the system. */
    'process.resourceUsage': { request: null, response: ResourceUsage }
    /** Which rights new files do not get. */
    'process.umask': { request: null, response: number }
    /** A signal is no event any more. */
    'process.unlisten': { request: Handle, response: null }
  }
  export interface Events {
    /** The process received a signal that this page listens to. */
    'process.signal': Signal
  }
}

export namespace window {
  export type Accelerator = {
    /** A character, or the name of a key as `KeyboardEvent.key` has it: `s`, `F5`, `Enter`, `ArrowUp`. */
    key: string,
    /** Those that are held. */
    modifiers: Array<Modifier>
  }
  export type Chosen = {
    /** Length of each path. */
    lengths: Array<number>,
    /** Where they were dropped, logical pixels of the page. */
    x: number,
    /** Where they were dropped, logical pixels of the page. */
    y: number
  }
  export type Close = {
    /** Which window. */
    index: number
  }
  export type Closed = {
    /** Which one. */
    index: number
  }
  export type Dialog = {
    /** What is chosen. */
    kind: DialogKind,
    /** The text of its title bar; empty: the system's own. */
    title: string,
    /** Where it begins; empty: where the last one ended. */
    folder: string,
    /** The name that a new file gets unless it is changed. */
    name: string,
    /** Kinds of files to choose from. */
    filters: Array<DialogFilter>,
    /** Whether any other file may be chosen as well. */
    any: boolean
  }
  export type DialogFilter = {
    /** For people. */
    name: string,
    /** Endings of names, without the point. */
    extensions: Array<string>
  }
  export type DialogKind = "open" | "several" | "save" | "directory"
  export type Length = number | string
  export type List = {
    /** Which window; all when it is missing. */
    index?: number
  }
  export type MenuChosen = {
    /** Which menu. */
    type: MenuKind,
    /** The window that it belongs to. */
    window: number,
    /** What it says. */
    title: string,
    /** What is written above it; empty: nothing. */
    parent: string,
    /** What the page calls it. */
    id: string | null,
    /** Whether it has a check mark now. */
    checked: boolean | null
  }
  export type MenuItem = {
    /** What it says; empty: a line between others. */
    label: string,
    /** What the page calls it; pages are told it when it is chosen. */
    id?: string,
    /** Grey when false, and cannot be chosen. */
    enabled?: boolean,
    /** With a check mark, or without. */
    checked?: boolean,
    /** The key that chooses it. */
    accelerator?: Accelerator,
    /** What the system does itself when it is chosen. */
    role?: Role,
    /** The menu below it. */
    items?: Array<MenuItem>
  }
  export type MenuKind = "system" | "context"
  export type Modifier = "alt" | "control" | "shift" | "meta" | "commandOrControl"
  export type Open = {
    /** Page to show. */
    url: string,
    /** Everything else. */
    options: WindowOptions
  }
  export type OpenExternal = {
    /** The address. */
    url: string
  }
  export type Popup = {
    /** What can be chosen. */
    items: Array<MenuItem>,
    /** Where in the page, logical pixels; where the pointer is without this. */
    x?: number,
    /** Where in the page, logical pixels. */
    y?: number
  }
  export type Print = {
    /** Which window. */
    index: number
  }
  export type Role = "undo" | "redo" | "cut" | "copy" | "paste" | "delete" | "selectAll" | "minimize" | "close" | "quit"
  export type Send = {
    /** Which window; all when it is missing. */
    index?: number,
    /** Name of the event. */
    event: string,
    /** What it carries. */
    value: unknown
  }
  export type ShowFile = {
    /** The file. */
    path: string
  }
  export type Theme = "dark" | "light" | "system"
  export type Update = {
    /** Which window. */
    index: number,
    /** Page to show instead; empty: none. */
    url: string,
    /** What to change. */
    options: WindowOptions
  }
  export type WindowMessage = {
    /** Window that sent it. */
    from: number,
    /** Name of the event. */
    event: string,
    /** What it carries. */
    value: unknown
  }
  export type WindowOptions = {
    /** Number of the window; the lowest free one when it is missing. */
    index?: number,
    /** Page: a path in the app's resources or an address of the app's origin. */
    url?: string,
    /** Text of the title bar. */
    title?: string,
    /** Width of the page. */
    width?: Length,
    /** Height of the page. */
    height?: Length,
    /** Smallest width. */
    minWidth?: Length,
    /** Smallest height. */
    minHeight?: Length,
    /** Largest width. */
    maxWidth?: Length,
    /** Largest height. */
    maxHeight?: Length,
    /** Left edge on the screen, in logical pixels. */
    x?: number,
    /** Top edge on the screen, in logical pixels. */
    y?: number,
    /** Whether it is on screen. */
    visible?: boolean,
    /** Whether people can change its size. */
    resizable?: boolean,
    /** Without title bar and borders. */
    frameless?: boolean,
    /** Kept out of the task bar where the desktop can do that. */
    utility?: boolean,
    /** Whether it has a button that closes it; without one nothing but the app closes it. */
    closable?: boolean,
    /** Whether people can put it into the task bar. */
    minimizable?: boolean,
    /** Whether people can make it fill the work area. */
    maximizable?: boolean,
    /** Above all others. */
    alwaysOnTop?: boolean,
    /** Whether it fills the screen. */
    fullscreen?: boolean,
    /** Whether it fills the work area. */
    maximized?: boolean,
    /** Whether it is in the task bar only. */
    minimized?: boolean,
    /** Whether it has the keyboard. */
    focused?: boolean,
    /** Colours of the window, and what `prefers-color-scheme` says in its page. On Linux of all windows. */
    theme?: Theme,
    /** How large the page is drawn: 1 is its own size; 0.25 to 5. */
    zoom?: number,
    /** Colour behind the page: red, green, blue (0 to 255) and alpha (0 to 1). */
    backgroundColor?: [number, number, number, number],
    /** Whether its pages store in memory, for this window alone. New windows only. */
    ephemeral?: boolean,
    /** Whether the web inspector is open (development builds). */
    inspector?: boolean
  }
  export type WindowState = {
    /** Number of the window. */
    index: number,
    /** Text of the title bar. */
    title: string,
    /** Width of the page, logical pixels. */
    width: number,
    /** Height of the page, logical pixels. */
    height: number,
    /** Left edge on the screen, logical pixels. */
    x: number,
    /** Top edge on the screen, logical pixels. */
    y: number,
    /** Whether it is on screen. */
    visible: boolean,
    /** Whether it has the keyboard. */
    focused: boolean,
    /** Whether it fills the screen. */
    fullscreen: boolean,
    /** Whether it fills the work area. */
    maximized: boolean,
    /** Whether it is in the task bar only. */
    minimized: boolean,
    /** Address of the page. */
    url: string,
    /** See `socket:window/constants`. */
    status: number
  }
  export interface Routes {
    /** Opens a window. */
    'window.open': { request: Open, response: WindowState }
    /** Changes a window: only the options that are given. A URL navigates. */
    'window.update': { request: Update, response: WindowState }
    /** State of one window, or of all that are open. */
    'window.list': { request: List, response: Array<WindowState> }
    /** Closes a window. */
    'window.close': { request: Close, response: null }
    /** Hands an event to the pages of one window, or of all. */
    'window.send': { request: Send, response: null }
    /** Shows a menu; what is chosen is an event. */
    'window.popup': { request: Popup, response: null }
    /** Prints the page, in the dialog of the system. */
    'window.print': { request: Print, response: null }
    /** Opens an address in the program that the user has for it. */
    'window.openExternal': { request: OpenExternal, response: null }
    /** Shows a file in the file manager. */
    'window.showFileInFolder': { request: ShowFile, response: null }
    /** Lets people choose files; none when they would rather not. The body holds the paths. */
    'window.pick': { request: Dialog, response: WithBody<Chosen> }
    /** The files that were dropped into the window last; each drop is told once. The body holds the paths. */
    'window.takeDrop': { request: null, response: WithBody<Chosen> }
  }
  export interface Events {
    /** Another window sent something. */
    'window.message': WindowMessage
    /** Size, place, title or visibility of a window changed; only the newest state counts. */
    'window.changed': WindowState
    /** Something was chosen in a menu. */
    'window.menuItemSelected': MenuChosen
    /** A window closed. */
    'window.closed': Closed
  }
}

export interface Routes extends application.Routes, backend.Routes, bluetooth.Routes, child_process.Routes, console.Routes, crypto.Routes, dgram.Routes, dns.Routes, fs.Routes, ipc.Routes, module.Routes, net.Routes, network.Routes, notification.Routes, os.Routes, process.Routes, window.Routes {}

export interface Events extends backend.Events, bluetooth.Events, dgram.Events, fs.Events, network.Events, notification.Events, process.Events, window.Events {}
