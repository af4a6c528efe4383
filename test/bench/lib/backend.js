/**
 * A page and its backend in Node: round trips a second, and how fast a value of 64 MB goes each way.
 */
import { cpSync, mkdirSync } from 'node:fs'
import path from 'node:path'

import { root, startXvfb, withApp } from '../../desktop/app.js'

const MEGABYTES = 64

const page = `
  import { backend, exit } from 'socket:application'
  const size = ${MEGABYTES} << 20
  const seconds = async (work) => { const begin = performance.now(); await work(); return (performance.now() - begin) / 1000 }
  const ask = (event, value) => backend.request({ event, value })
  try {
    await backend.open()
    for (let i = 0; i < 200; i++) await ask('echo', i)
    const alone = 1000 / await seconds(async () => { for (let i = 0; i < 1000; i++) await ask('echo', i) })
    const many = 3200 / await seconds(async () => {
      for (let i = 0; i < 200; i++) await Promise.all(Array.from({ length: 16 }, (_, j) => ask('echo', j)))
    })
    const bytes = new Uint8Array(size).map((_, i) => i)
    const there = ${MEGABYTES} / await seconds(async () => { if (await ask('length', bytes) !== size) throw new Error('bytes were lost') })
    const back = ${MEGABYTES} / await seconds(async () => { if ((await ask('give', size)).byteLength !== size) throw new Error('bytes were lost') })
    console.log(JSON.stringify({ alone, many, there, back }))
    exit(0)
  } catch (error) {
    console.error(error)
    exit(1)
  }
`
const backend = `
  import socket from '@socketsupply/socket-node'
  socket.on('echo', ({ data }) => data)
  socket.on('length', ({ data }) => data.byteLength)
  // Made before: to make it takes as long as a third of the way.
  const given = new Uint8Array(${MEGABYTES} << 20).map((_, i) => i)
  socket.on('give', ({ data }) => given.subarray(0, data))
`
const html = '<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="connect-src ipc:"><title>t</title><script type="module" src="/index.js"></script>'

/** @returns {Promise<[string, string][]>} rows of a table */
export async function backendRows () {
  const xvfb = await startXvfb()
  try {
    /** @type {any} */
    let found
    await withApp(xvfb, { 'index.html': html, 'index.js': page, 'backend.mjs': backend }, { ini: '[linux]\ncmd = node backend.mjs' }, async (app, env) => {
      const to = path.join(app.path, 'node_modules/@socketsupply/socket-node')
      mkdirSync(to, { recursive: true })
      cpSync(path.join(root, 'js/node'), to, { recursive: true })
      const { code, stdout, stderr } = await app.run([], env).ended
      if (code !== 0) throw new Error(`the app ended with ${code}\n${stdout}${stderr}`)
      found = JSON.parse(/** @type {RegExpExecArray} */ (/^\{.*\}$/m.exec(stdout))[0])
    })
    return [
      ['round trips a second, one after the other', String(Math.round(found.alone))],
      ['round trips a second, 16 at once', String(Math.round(found.many))],
      [`${MEGABYTES} MB from the page to the backend`, `${Math.round(found.there)} MB/s`],
      [`${MEGABYTES} MB from the backend to the page`, `${Math.round(found.back)} MB/s`]
    ]
  } finally {
    await xvfb.stop()
  }
}
