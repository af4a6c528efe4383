/** What is tried, as tables: each row is an attempt. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { root } from '../../desktop/app.js'

/** Every route that there is, from the generated contract. */
export const routes = [...readFileSync(join(root, 'js/internal/routes.d.ts'), 'utf8').matchAll(/^ {4}'([a-z_]+\.[A-Za-z0-9]+)': \{ request:/gm)].map(([, name]) => name)

/** The only ones that the attacked pages are granted, and what comes with any grant. */
export const granted = ['application.exit', 'ipc.events', 'ipc.cancel', 'console.write']

/** Those with which an attacker could do harm, for every place but the page, where all are tried. */
export const harmful = [
  'fs.readFile', 'fs.writeFile', 'fs.open', 'fs.rm', 'fs.rename', 'fs.symlink', 'fs.readdir', 'child_process.spawn', 'child_process.spawnSync',
  'child_process.kill', 'dgram.bind', 'dgram.send', 'dns.lookup', 'window.open', 'window.send', 'backend.open', 'backend.send',
  'module.read', 'os.userInfo', 'application.screen'
].filter(route => routes.includes(route))

/** Other spellings of a route that is not granted. None may lead to it. */
export const spellings = [
  'fs.readFile', 'FS.READFILE', 'fs.readFile/', 'fs.readFile//', '/fs.readFile', '//fs.readFile', 'fs.readFile%00', 'fs%2ereadFile', 'fs.readFil%65',
  'application.exit/../fs.readFile', 'application.exit%2f..%2ffs.readFile', 'application.exit@fs.readFile', 'fs.readFile@application.exit',
  'fs.readFile:80', 'application.exit:fs.readFile', 'fs.readFile.', '.fs.readFile', 'fs..readFile', 'fs.*', 'fs', '*', 'ipc.events/fs.readFile',
  'console.write;fs.readFile', 'fs.readFile#application.exit', 'fs.readFile\u0000', ' fs.readFile', 'fs.readFile%20', 'ﬁs.readFile', 'fs。readFile'
]

/** Names that a call may give its document, beside its own. */
export const tokens = [
  '', '0', 'null', 'undefined', '00000000000000000000000000000000', 'ffffffffffffffffffffffffffffffff', '%00', '*', '..', '%', 'true', '[object Object]'
]

/** Addresses of files that no page may read, and of none. The secret stands beside the folder of the app. */
export const addresses = [
  '/../secret.txt', '/%2e%2e/secret.txt', '/%2E%2E/secret.txt', '/.%2e/secret.txt', '/%2e./secret.txt', '/..%2fsecret.txt', '/..%2Fsecret.txt',
  '/%2e%2e%2fsecret.txt', '/%252e%252e/secret.txt', '/%252e%252e%252fsecret.txt', '/..%5csecret.txt', '/%2e%2e%5csecret.txt', '/..\\secret.txt',
  '/folder/../../secret.txt', '/folder/%2e%2e/%2e%2e/secret.txt', '/folder/..%2f..%2fsecret.txt', '/./../secret.txt', '/.../secret.txt', '/....//secret.txt',
  '/%c0%ae%c0%ae/secret.txt', '/%e0%80%ae%e0%80%ae/secret.txt', '/%uff0e%uff0e/secret.txt', '/．．/secret.txt', '/..;/secret.txt', '/..%00/secret.txt',
  '/index.html%00.txt', '/%00', '/secret.txt%00.html', '//etc/passwd', '///etc/passwd', '/%2fetc/passwd', '/%2fetc%2fpasswd', '/file:///etc/passwd',
  '/etc/passwd', '/proc/self/environ', '/link-out', '/link-up/secret.txt', '/link-root/etc/passwd', '/folder-link/secret.txt', '/socket.ini', '/SOCKET.INI%00',
  '/test-app', '/folder/../test-app', '/folder/../socket.ini', '/folder/%2e%2e/socket.ini', '/%73ocket.ini', '/socket%2eini', '/link-ini', '/con', '/nul', '/aux.html',
  '/com1', '/lpt1.txt', '/index.html::$DATA', '/socket.ini::$DATA', '/index.html:stream', '/socket.ini.', '/socket.ini%20', '/C:/Windows/win.ini', '/c%3a%5cwindows',
  '/%ff', '/%', '/%zz', '/index.html/', '/index.html/..%2f..%2fsecret.txt'
]

/** Numbers that another window may have in use. */
export const handles = [
  ['fs.read', { length: 10, position: null }, 'fd'], ['fs.close', {}, 'fd'], ['fs.fstat', {}, 'fd'], ['fs.ftruncate', { length: 0 }, 'fd'],
  ['fs.fchmod', { mode: 0o777 }, 'fd'], ['fs.fsync', {}, 'fd'], ['fs.dirRead', { count: 1 }, 'fd'], ['fs.dirClose', {}, 'fd'], ['fs.unwatch', {}, 'fd'],
  ['child_process.read', { stream: 1 }, 'id'], ['child_process.end', {}, 'id'], ['child_process.wait', {}, 'id'], ['child_process.kill', { signal: 9 }, 'id'],
  ['child_process.close', {}, 'id'], ['dgram.close', {}, 'id'], ['dgram.disconnect', {}, 'id'], ['net.read', {}, 'id'], ['net.end', {}, 'id'], ['net.close', { reset: false }, 'id']
].filter(([route]) => routes.includes(/** @type {string} */ (route)))
