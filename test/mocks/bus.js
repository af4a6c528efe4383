/**
 * A message bus of the test's own, with what tests need on it: a fake BlueZ, a fake notification daemon.
 */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Debian's, which has the packages python3-dbusmock and python3-dbus. */
const PYTHON = '/usr/bin/python3'

/** Why the tests that need a bus are skipped here, or nothing. */
export async function missing () {
  if (process.platform !== 'linux' || !existsSync(PYTHON)) return 'needs Linux with Debian\'s python3'
  try {
    await run(PYTHON, ['-c', 'import dbus, dbusmock'])
    await run('dbus-daemon', ['--version'])
  } catch {
    return 'needs dbus-daemon and python3-dbusmock (apt-get install dbus python3-dbusmock)'
  }
}

/** One bus for both purposes: nothing of the system's is on it. */
const config = (/** @type {string} */ folder) => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>custom</type><listen>unix:path=${folder}/bus</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`

/** @param {import('node:child_process').ChildProcess} child */
async function end (child) {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

/**
 * Starts a bus with some fakes on it.
 *
 * @param {('bluez' | 'geoclue' | 'notifications')[]} fakes
 */
export async function startBus (fakes) {
  const folder = mkdtempSync(join(tmpdir(), 'socket-bus-'))
  writeFileSync(join(folder, 'bus.conf'), config(folder))
  const daemon = spawn('dbus-daemon', [`--config-file=${folder}/bus.conf`, '--nofork', '--print-address'], { stdio: ['ignore', 'pipe', 'ignore'] })
  const address = String((await once(daemon.stdout, 'data'))[0]).trim()
  // Nor is there what GTK looks for on it.
  const env = { DBUS_SYSTEM_BUS_ADDRESS: address, DBUS_SESSION_BUS_ADDRESS: address, NO_AT_BRIDGE: '1' }
  const names = { bluez: 'org.bluez', geoclue: 'org.freedesktop.GeoClue2', notifications: 'org.freedesktop.Notifications' }
  const mocks = fakes.map((fake) => spawn(PYTHON, ['-m', 'dbusmock', '--template', fileURLToPath(new URL(`${fake}.py`, import.meta.url))], {
    env: { ...process.env, ...env, PYTHONDONTWRITEBYTECODE: '1' }, stdio: ['ignore', 'ignore', 'inherit']
  }))
  const call = async (/** @type {string} */ destination, /** @type {string} */ path, /** @type {string} */ method, /** @type {string[]} */ ...args) => {
    const { stdout } = await run('dbus-send', [`--bus=${address}`, '--print-reply=literal', `--dest=${destination}`, path, method, ...args], { env: { ...process.env, ...env } })
    return stdout.trim()
  }
  for (const fake of fakes) {
    for (let left = 3000; await call('org.freedesktop.DBus', '/', 'org.freedesktop.DBus.NameHasOwner', `string:${names[fake]}`) !== 'boolean true'; left--) {
      if (left === 0) throw new Error(`the fake ${fake} does not come up`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  return {
    env,
    /** Asks the fake radio. @param {string} method @param {string[]} args as dbus-send writes them */
    radio: (method, ...args) => call('org.bluez', '/org/bluez/hci0', `org.example.Test.${method}`, ...args),
    /** Asks the fake notification daemon. @param {string} method @param {string[]} args as dbus-send writes them */
    notifications: (method, ...args) => call('org.freedesktop.Notifications', '/org/freedesktop/Notifications', method, ...args),
    /** The services end, the bus stays. */
    async endServices () {
      for (const child of mocks) await end(child)
    },
    async stop () {
      for (const child of [...mocks, daemon]) await end(child)
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
