/**
 * A small internet of network namespaces: a bridge, hosts with public addresses, and routers of every kind of NAT
 * with hosts behind them. Needs root, iproute2 and nftables.
 */
import { spawn, spawnSync } from 'node:child_process'
import path from 'node:path'
import readline from 'node:readline'

import { targetFolder } from '../../npm/steps.js'

/** @typedef {'static' | 'full' | 'restricted' | 'easy' | 'hard'} Kind  easy: restricted by address and port */
/** @typedef {{ event: string, at: number, [key: string]: any }} Happening */

/** @type {Kind[]} */
export const KINDS = ['static', 'full', 'restricted', 'easy', 'hard']

/** How long NATs keep a mapping, in seconds. */
const MAPPING = 30

/**
 * @param {string} script
 * @returns {string | null}  what went wrong
 */
function shell (script) {
  const { status, stderr, error } = spawnSync('sh', ['-e', '-c', script], { encoding: 'utf8' })
  if (error) return error.message
  return status === 0 ? null : `${stderr.trim() || `exit code ${status}`}\n${script}`
}

/** @param {string} script */
function must (script) {
  const wrong = shell(script)
  if (wrong !== null) throw new Error(wrong)
}

/**
 * Why there can be no lab on this machine; `null` when there can.
 */
export function missing () {
  if (process.platform !== 'linux') return 'network namespaces are Linux\'s'
  if (process.getuid?.() !== 0) return 'making network namespaces needs root'
  const name = `skt-probe-${process.pid}`
  try {
    if (shell(`ip netns add ${name}`) !== null) return 'network namespaces are not permitted here'
    const wrong = shell(`
      ip -n ${name} link add probe0 type veth peer name probe1
      ip netns exec ${name} nft 'add table ip t; add chain ip t c { type nat hook postrouting priority srcnat; };
        add rule ip t c masquerade random'
      ip netns exec ${name} sysctl -qw net.netfilter.nf_conntrack_udp_timeout=${MAPPING}`)
    return wrong === null ? null : `veth, nf_tables or its NAT is missing: ${wrong.split('\n')[0]}`
  } finally {
    shell(`ip netns del ${name}`)
  }
}

/**
 * What a router does, in the words of nft. Without the chain `in`, an unsolicited datagram would leave an entry in
 * the connection table that moves the mapping of the host that sends next, and punching would fail every time.
 *
 * @param {Exclude<Kind, 'static'>} kind
 * @param {string} host  behind it; only NATs that let others in need to know
 */
function rules (kind, host) {
  const closed = 'chain in { type filter hook input priority 0; iifname "wan" udp dport 1024-65535 drop; }'
  const out = (/** @type {string} */ how) =>
    `chain out { type nat hook postrouting priority srcnat; oifname "wan" masquerade ${how}; }`
  const forward = `udp dport 1024-65535 dnat to ${host}`
  switch (kind) {
    case 'easy': return [closed, out('')]
    case 'hard': return [closed, out('random,fully-random')]
    case 'full': return [closed, out(''),
      `chain pre { type nat hook prerouting priority dstnat; iifname "wan" ${forward}; }`]
    case 'restricted': return [closed, out(''),
      `set contacted { type ipv4_addr; flags dynamic,timeout; timeout ${MAPPING}s; }`,
      'chain seen { type filter hook forward priority 0; oifname "wan" meta l4proto udp update @contacted { ip daddr }; }',
      `chain pre { type nat hook prerouting priority dstnat; iifname "wan" ip saddr @contacted ${forward}; }`]
  }
}

/** Takes away what a run left that was ended by force. */
function sweep () {
  const { stdout } = spawnSync('ip', ['netns', 'list'], { encoding: 'utf8' })
  for (const [, name, pid] of stdout.matchAll(/^(skt(\d+)x\S+)/gm)) {
    try {
      process.kill(Number(pid), 0)
    } catch {
      shell(`ip netns del ${name}`)
    }
  }
}

let labs = 0

/** The internet, and all that is connected to it. */
export class Lab {
  /** @type {string[]} */
  #namespaces = []
  /** @type {Set<Process>} */
  #processes = new Set()
  #prefix = `skt${process.pid}x${labs++}`
  #hosts = 0

  constructor () {
    sweep()
    const name = this.#namespace('net')
    must(`
      ip -n ${name} link add bridge0 type bridge
      ip -n ${name} link set bridge0 up
      ip -n ${name} link set lo up`)
  }

  /** @param {string} name */
  #namespace (name) {
    const full = `${this.#prefix}-${name}`
    this.#namespaces.push(full)
    must(`ip netns add ${full}`)
    return full
  }

  /**
   * A namespace at the bridge, with a public address in a /24 that nobody else is in.
   *
   * @param {string} device
   */
  #connect (device) {
    const number = ++this.#hosts
    const name = this.#namespace(`h${number}`)
    const ip = `198.18.${number}.1`
    must(`
      ip -n ${this.#prefix}-net link add p${number} type veth peer name ${device} netns ${name}
      ip -n ${this.#prefix}-net link set p${number} master bridge0 up
      ip -n ${name} addr add ${ip}/15 dev ${device}
      ip -n ${name} link set ${device} up
      ip -n ${name} link set lo up`)
    return { name, ip, number }
  }

  /** A host without a NAT. */
  host () {
    const { name, ip } = this.#connect('eth0')
    return new Host(this.#processes, name, ip, ip)
  }

  /**
   * Hosts behind one router.
   *
   * @param {Exclude<Kind, 'static'>} kind
   * @param {number} [count]
   */
  behind (kind, count = 1) {
    const { name, ip, number } = this.#connect('wan')
    const lan = `192.168.${number}`
    must(`
      ip -n ${name} link add lan type bridge
      ip -n ${name} addr add ${lan}.1/24 dev lan
      ip -n ${name} link set lan up
      ip netns exec ${name} sysctl -qw net.ipv4.ip_forward=1 net.netfilter.nf_conntrack_udp_timeout=${MAPPING}
      ip netns exec ${name} nft 'table ip lab {
${rules(kind, `${lan}.2`).join('\n')}
}'`)
    return Array.from({ length: count }, (_, index) => {
      const inside = `${lan}.${index + 2}`
      const host = this.#namespace(`h${number}c${index}`)
      must(`
        ip -n ${name} link add l${index} type veth peer name eth0 netns ${host}
        ip -n ${name} link set l${index} master lan up
        ip -n ${host} addr add ${inside}/24 dev eth0
        ip -n ${host} link set eth0 up
        ip -n ${host} link set lo up
        ip -n ${host} route add default via ${lan}.1`)
      return new Host(this.#processes, host, inside, ip, name)
    })
  }

  /** @param {Kind} kind */
  make (kind) {
    return kind === 'static' ? this.host() : this.behind(kind)[0]
  }

  async close () {
    await Promise.all([...this.#processes].map((one) => one.kill()))
    for (const name of this.#namespaces.reverse()) shell(`ip netns del ${name}`)
    this.#namespaces = []
  }
}

/** A machine in the lab. */
export class Host {
  #processes

  /**
   * @param {Set<Process>} processes
   * @param {string} name       of its namespace
   * @param {string} ip         its own address
   * @param {string} outside    the address that others see
   * @param {string} [router]   the namespace of the router that it is behind
   */
  constructor (processes, name, ip, outside, router) {
    this.#processes = processes
    this.name = name
    this.ip = ip
    this.outside = outside
    this.router = router
  }

  /**
   * @param {string} program
   * @param {string[]} args
   */
  run (program, args) {
    return new Process(this.#processes, ['netns', 'exec', this.name, program, ...args])
  }

  /**
   * @param {string} file  for Node
   * @param {(string | number)[]} args
   */
  node (file, ...args) {
    return this.run(process.execPath, [file, ...args.map(String)])
  }

  /**
   * A real peer.
   *
   * @param {string} cluster
   * @param {number} [port]
   */
  async peer (cluster, port = 4000) {
    const peer = this.run(peerBinary(), ['--bind', `0.0.0.0:${port}`, '--cluster', cluster])
    const { peer: id } = await peer.wait('open')
    return Object.assign(peer, { id: String(id), host: this, at: `${this.outside}:${port}` })
  }

  /**
   * Moves to another address of its network, as a machine does that comes home.
   *
   * @param {string} ip
   */
  move (ip) {
    must(`
      ip -n ${this.name} addr del ${this.ip}/24 dev eth0
      ip -n ${this.name} addr add ${ip}/24 dev eth0
      ip -n ${this.name} route replace default via ${ip.replace(/\d+$/, '1')}`)
    this.ip = ip
  }

  /**
   * The router is replaced by one of another kind.
   *
   * @param {Exclude<Kind, 'static'>} kind
   */
  replaceRouter (kind) {
    must(`ip netns exec ${this.router} nft 'delete table ip lab
table ip lab {
${rules(kind, this.ip).join('\n')}
}'`)
    this.expire()
  }

  /** The router forgets all mappings, as after a restart. */
  expire () {
    // The kernel drops what was masqueraded by a device that goes down.
    must(`
      ip -n ${this.router} link set wan down
      ip -n ${this.router} link set wan up`)
  }
}

/** `SOCKET_PEER_BUILD=release` measures the optimised one. */
export const peerBinary = () =>
  path.join(targetFolder, process.env.SOCKET_PEER_BUILD ?? 'debug', 'examples', 'socket-peer')

/** A program in a namespace that writes one JSON object a line. */
export class Process {
  #child
  #processes
  /** @type {Happening[]} */
  #happened = []
  #from = 0
  /** @type {(() => void)[]} */
  #waiting = []
  #ended = false
  #errors = ''

  /**
   * @param {Set<Process>} processes
   * @param {string[]} args  of ip
   */
  constructor (processes, args) {
    this.#processes = processes
    processes.add(this)
    this.#child = spawn('ip', args, { stdio: ['pipe', 'pipe', 'pipe'] })
    const wake = () => this.#waiting.splice(0).forEach((wake) => wake())
    readline.createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.#happened.push({ ...JSON.parse(line), received: performance.now() })
      wake()
    })
    this.#child.stderr.on('data', (text) => { this.#errors += text })
    this.#child.stdin.on('error', () => {})
    this.exited = new Promise((resolve) => this.#child.on('close', () => {
      this.#ended = true
      processes.delete(this)
      wake()
      resolve(undefined)
    }))
  }

  /** @param {string} line */
  say (line) {
    this.#child.stdin.write(`${line}\n`)
  }

  /** From now on only what happens later is waited for. */
  forget () {
    this.#from = this.#happened.length
  }

  /**
   * The first that happened, or happens.
   *
   * @param {string} event
   * @param {(happening: Happening) => boolean} [is]
   * @param {number} [timeout]  milliseconds; longer than it takes on a slow machine
   * @returns {Promise<Happening>}
   */
  async wait (event, is = () => true, timeout = 20_000) {
    const end = performance.now() + timeout
    for (;;) {
      const found = this.#happened.slice(this.#from).find((one) => one.event === event && is(one))
      if (found) return found
      const left = end - performance.now()
      if (this.#ended || left <= 0) {
        const last = this.#happened.slice(-8).map((one) => JSON.stringify(one)).join('\n  ')
        throw new Error(`no ${event} ${this.#ended ? 'before the end' : `in ${timeout} ms`}:\n  ${last}\n${this.#errors}`)
      }
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, left)
        this.#waiting.push(() => {
          clearTimeout(timer)
          resolve(undefined)
        })
      })
    }
  }

  /** @param {string} event */
  all (event) {
    return this.#happened.slice(this.#from).filter((one) => one.event === event)
  }

  async kill () {
    this.#child.kill('SIGKILL')
    await this.exited
  }
}
