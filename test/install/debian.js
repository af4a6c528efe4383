/**
 * `npm run install:check [suite]`: bin/install.sh in a bare Debian that debootstrap makes, as a user without Rust and
 * Node pipes it into a shell, then an app from `ssc init` built and run with what it installed. Needs root, debootstrap
 * and about 5 GB of disk for 10 minutes. Nothing is left behind: mounts live in a namespace of their own.
 */
import { execFileSync } from 'node:child_process'
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { ask, exec, folder, main, step, StepError } from '../../npm/steps.js'

const SUITE = process.argv[2] ?? 'bookworm'
const MIRROR = process.env.DEBIAN_MIRROR ?? 'http://deb.debian.org/debian'
// Where a network has certificates of its own, the new system must know them as this one does.
const CERTIFICATES = ['SSL_CERT_FILE', 'CURL_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS', 'GIT_SSL_CAINFO', 'CARGO_HTTP_CAINFO']
const PASSED_ON = ['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY']

// Runs inside, as a new user would: fetch, pipe, use. Xvfb stands for the desktop that the machine lacks.
const INSIDE = `
set -eu
export HOME=/root LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
cd /root
if command -v cargo || command -v node; then echo 'this system is not bare'; exit 1; fi
# Where git is not there yet, it is what the script installs.
SOCKET_REPOSITORY=file:///source.git bash -s -- --dry-run < /install.sh
SOCKET_REPOSITORY=file:///source.git bash -s -- --yes < /install.sh
ssc --version
DEBIAN_FRONTEND=noninteractive apt-get -y -q --no-install-recommends install xvfb xauth >/dev/null
mkdir 'an app' && cd 'an app'
ssc setup
ssc init
# The page prints index.html; timeout ends the app, which nobody closes here.
timeout 240 ssc build -r --headless --prod > /tmp/out & app=$!
for _ in $(seq 1000); do grep -q '</html>' /tmp/out && break; kill -0 $app 2>/dev/null || break; sleep 0.2; done
kill $app 2>/dev/null || true
wait $app || true
[ -s build/linux/*/opt/*/THIRD-PARTY-LICENSES ] || { echo 'the app lacks the licences of the runtime'; exit 1; }
grep -q '</html>' /tmp/out || { echo 'the page printed nothing'; cat /tmp/out; exit 1; }
bash /install.sh --uninstall
if [ -e /usr/local/bin/ssc ]; then echo 'ssc is still there'; exit 1; fi
`

await main(async () => {
  if (process.getuid?.() !== 0) throw new StepError('debootstrap needs root', { hint: 'run it with sudo' })
  if (await ask('debootstrap', ['--version']) === null) {
    throw new StepError('debootstrap is missing', { hint: 'apt-get install debootstrap' })
  }
  const root = await fs.mkdtemp(path.join(os.tmpdir(), 'socket-debian-'))
  try {
    await step(`a bare Debian ${SUITE}`, async () => {
      await exec('debootstrap', ['--variant=minbase', '--include=ca-certificates', SUITE, root, MIRROR])
      // The updates, too, as any Debian has them.
      await fs.writeFile(path.join(root, 'etc/apt/sources.list'), [
        `deb ${MIRROR} ${SUITE} main`, `deb ${MIRROR} ${SUITE}-updates main`,
        `deb ${MIRROR.replace(/debian\/?$/, 'debian-security')} ${SUITE}-security main`
      ].map((line) => `${line}\n`).join(''))
      await fs.copyFile('/etc/resolv.conf', path.join(root, 'etc/resolv.conf'))
      await fs.copyFile('/etc/hosts', path.join(root, 'etc/hosts'))
    })
    /** @type {Record<string, string>} */
    const env = {}
    for (const name of PASSED_ON) if (process.env[name] !== undefined) env[name] = process.env[name]
    const own = CERTIFICATES.map((name) => process.env[name]).find(Boolean)
    if (own !== undefined) {
      const bundle = '/etc/ssl/certs/ca-certificates.crt'
      await fs.copyFile(own, path.join(root, bundle))
      for (const name of CERTIFICATES) env[name] = bundle
    }
    await step('the source', async () => {
      execFileSync('git', ['clone', '-q', '--bare', folder, path.join(root, 'source.git')])
      await fs.copyFile(path.join(folder, 'bin', 'install.sh'), path.join(root, 'install.sh'))
      await fs.writeFile(path.join(root, 'inside.sh'), INSIDE)
    })
    await step('install.sh, ssc init, ssc build -r', async () => {
      const mounts = `mount -t proc proc ${root}/proc && mount --rbind /dev ${root}/dev && mount -t tmpfs tmpfs ${root}/dev/shm`
      const variables = Object.entries({ ...env, SHELL: '/bin/bash' }).map(([name, value]) => `${name}=${value}`)
      await exec('unshare', ['--mount', '--pid', '--fork', '--kill-child', '--propagation', 'private', 'sh', '-c',
        `${mounts} && exec chroot "$@"`, 'sh', root, '/usr/bin/env', '-i', ...variables, '/bin/bash', '/inside.sh'], { show: true })
    })
  } finally {
    await fs.rm(root, { recursive: true, force: true })
  }
})
