import { test } from 'socket:test'
import * as index from 'socket:index'
import * as latica from 'socket:latica'
import network, * as networkModule from 'socket:network'
import * as node from 'socket:node'
import { Connection } from 'socket:network'

/** @param {() => unknown} work */
const code = (work) => {
  try {
    work()
    return 'none'
  } catch (error) {
    return /** @type {any} */ (error).code
  }
}

test('latica: the same as socket:network, under other names', t => {
  for (const [name, value] of Object.entries(networkModule)) {
    t.equal(/** @type {any} */ (index)[name], value, `socket:index has ${name}`)
    t.equal(/** @type {any} */ (node)[name], value, `socket:node has ${name}`)
  }
  t.equal(index.default, network, 'and opens peers')
  t.equal(latica.Packet, networkModule.Packet, 'packets')
  t.equal(latica.RemotePeer, Connection, 'another peer is a connection to it')
})

test('latica: ports', t => {
  const ports = new Set()
  const found = Array.from({ length: 100 }, () => latica.getRandomPort(ports))
  t.ok(found.every((port) => port >= 1024 && port < 65_536), 'ports')
  t.equal(ports.size, 100, 'each once')
  t.equal(latica.getRandomPort(new Set(), 5000), 5000, 'the one that is wanted')
  t.notEqual(latica.getRandomPort(new Set([5000]), 5000), 5000, 'unless it is taken')
  const all = new Set(Array.from({ length: 64_512 }, (_, index) => 1024 + index))
  all.delete(4321)
  t.equal(latica.getRandomPort(all), 4321, 'the last one')
  t.equal(code(() => latica.getRandomPort(all)), 'ERR_OUT_OF_RANGE', 'and none')
  t.equal(code(() => latica.getRandomPort(/** @type {any} */ ([]))), 'ERR_INVALID_ARG_TYPE', 'no set')
  t.equal(code(() => latica.getRandomPort(ports, 70_000)), 'ERR_SOCKET_BAD_PORT', 'no port')
})

test('latica: rates', t => {
  const { now } = Date
  let time = 1_000_000
  Date.now = () => time
  try {
    const rates = new Map()
    const flood = (/** @type {string} */ address) => Array.from({ length: 10 }, (_, index) => latica.rateLimit(rates, 5, 1000 + index, address, 4)).filter((over) => !over).length
    t.equal(flood('198.51.100.1'), 4, 'a flood from many ports has one budget')
    t.equal(flood('198.51.100.200'), 0, 'and so has its subnet')
    t.equal(flood('198.51.101.1'), 4, 'others have their own')
    t.equal(flood('2001:db8:1:2::1'), 4, 'a network of IPv6')
    t.equal(flood('2001:db8:1:ffff::9'), 0, 'is a /48')
    t.equal(flood('2001:db8:2::1'), 4, 'another one')
    t.equal(latica.rateLimit(rates, 6, 1, '198.51.100.1', 4), false, 'another type')
    time += 1000
    t.equal(flood('198.51.100.1'), 4, 'a second later')
    for (let number = 0; number < 10_000; number++) latica.rateLimit(rates, 5, 1, `10.${number >> 8}.${number & 255}.1`)
    t.equal(rates.size, 4096, 'a map that stays small')
    t.equal(code(() => latica.rateLimit(rates, NaN, 1, '10.0.0.1')), 'ERR_OUT_OF_RANGE', 'no type')
    t.equal(code(() => latica.rateLimit(rates, 1, 1, '10.0.0.1', NaN)), 'ERR_OUT_OF_RANGE', 'no threshold')
    t.equal(code(() => latica.rateLimit(rates, 1, 1, 'nobody')), 'ERR_INVALID_ARG_VALUE', 'no address')
  } finally {
    Date.now = now
  }
})
