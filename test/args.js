/**
 * What `socket:internal/args` is in an app, made from Node's own process.
 */
import os from 'node:os'
import process from 'node:process'

const { version } = JSON.parse((await import('node:fs')).readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

export default {
  argv: process.argv,
  env: { ...process.env },
  config: {},
  platform: process.platform,
  arch: process.arch,
  cwd: process.cwd(),
  debug: false,
  headless: true,
  test: '',
  index: 0,
  version: { full: version, short: version, hash: '' },
  home: os.homedir(),
  tmpdir: os.tmpdir(),
  eol: os.EOL,
  hostname: os.hostname(),
  execPath: process.execPath,
  pid: process.pid,
  ppid: process.ppid,
  paths: {
    home: os.homedir(),
    resources: process.cwd(),
    root: process.cwd()
  }
}
