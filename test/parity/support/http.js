/** What tests of `http` against Node's have in common. */
import nodeHttp from 'node:http'
import { once } from 'node:events'
import http from 'socket:http'

/** @typedef {any} Module */
export const MODULES = /** @type {Module[]} */ ([http, nodeHttp])

/** What counts of an error; ports differ. @param {any} error */
export function about (error) {
  if (!(error instanceof Error)) return error
  const { name, code, message, errno, syscall, address, port, reason } = /** @type {any} */ (error)
  return { name, code, message: message.replace(/:\d{4,}/, ':port'), errno, syscall, address, port: typeof port, reason }
}

/** What a call throws, or gives. @param {() => unknown} call */
export function outcome (call) {
  try {
    const value = call()
    return typeof value === 'object' && value !== null ? 'object' : value
  } catch (error) {
    return about(error)
  }
}

/** @param {any} server @returns {Promise<number>} its port */
export async function open (server) {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server.address().port
}

/** @param {any} server */
export const close = (server) => new Promise((resolve) => { server.close(resolve); server.closeAllConnections?.() })

/** All of a stream. @param {any} stream */
export async function text (stream) {
  let all = ''
  for await (const chunk of stream) all += chunk
  return all
}
