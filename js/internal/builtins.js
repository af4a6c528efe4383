/**
 * Every `socket:` module by name, for `require`, which cannot wait for one to load.
 */
import * as applicationModule from 'socket:application'
import * as assertModule from 'socket:assert'
import * as assertStrictModule from 'socket:assert/strict'
import * as asyncModule from 'socket:async'
import * as asyncHooksModule from 'socket:async_hooks'
import * as backendModule from 'socket:backend'
import * as bluetoothModule from 'socket:bluetooth'
import * as bufferModule from 'socket:buffer'
import * as childProcessModule from 'socket:child_process'
import * as conduitModule from 'socket:conduit'
import * as consoleModule from 'socket:console'
import * as constantsModule from 'socket:constants'
import * as cryptoModule from 'socket:crypto'
import * as dgramModule from 'socket:dgram'
import * as diagnosticsModule from 'socket:diagnostics'
import * as diagnosticsChannelsModule from 'socket:diagnostics/channels'
import * as diagnosticsMetricModule from 'socket:diagnostics/metric'
import * as diagnosticsWindowModule from 'socket:diagnostics/window'
import * as diagnosticsChannelModule from 'socket:diagnostics_channel'
import * as dnsModule from 'socket:dns'
import * as dnsPromisesModule from 'socket:dns/promises'
import * as enumerationModule from 'socket:enumeration'
import * as errnoModule from 'socket:errno'
import * as errorsModule from 'socket:errors'
import * as eventsModule from 'socket:events'
import * as extensionModule from 'socket:extension'
import * as fetchModule from 'socket:fetch'
import * as fetchFetchModule from 'socket:fetch/fetch'
import * as fsModule from 'socket:fs'
import * as fsConstantsModule from 'socket:fs/constants'
import * as fsDirModule from 'socket:fs/dir'
import * as fsFdsModule from 'socket:fs/fds'
import * as fsFlagsModule from 'socket:fs/flags'
import * as fsHandleModule from 'socket:fs/handle'
import * as fsPromisesModule from 'socket:fs/promises'
import * as fsStatsModule from 'socket:fs/stats'
import * as fsStreamModule from 'socket:fs/stream'
import * as fsWatcherModule from 'socket:fs/watcher'
import * as fsWebModule from 'socket:fs/web'
import * as gcModule from 'socket:gc'
import * as hooksModule from 'socket:hooks'
import * as httpModule from 'socket:http'
import * as httpsModule from 'socket:https'
import * as i18nModule from 'socket:i18n'
import * as indexModule from 'socket:index'
import * as ipModule from 'socket:ip'
import * as ipcModule from 'socket:ipc'
import * as languageModule from 'socket:language'
import * as laticaModule from 'socket:latica'
import * as locationModule from 'socket:location'
import * as mimeModule from 'socket:mime'
import * as navigationModule from 'socket:navigation'
import * as netModule from 'socket:net'
import * as networkModule from 'socket:network'
import * as nodeModule from 'socket:node'
import * as nodeEsmLoaderModule from 'socket:node-esm-loader'
import * as notificationModule from 'socket:notification'
import * as osModule from 'socket:os'
import * as pathModule from 'socket:path'
import * as pathPosixModule from 'socket:path/posix'
import * as pathWellKnownModule from 'socket:path/well-known'
import * as pathWin32Module from 'socket:path/win32'
import * as peerModule from 'socket:peer'
import * as perfHooksModule from 'socket:perf_hooks'
import * as processModule from 'socket:process'
import * as protocolHandlersModule from 'socket:protocol-handlers'
import * as punycodeModule from 'socket:punycode'
import * as querystringModule from 'socket:querystring'
import * as readlineModule from 'socket:readline'
import * as readlinePromisesModule from 'socket:readline/promises'
import * as serviceWorkerModule from 'socket:service-worker'
import * as signalModule from 'socket:signal'
import * as streamModule from 'socket:stream'
import * as streamConsumersModule from 'socket:stream/consumers'
import * as streamPromisesModule from 'socket:stream/promises'
import * as streamWebModule from 'socket:stream/web'
import * as stringDecoderModule from 'socket:string_decoder'
import * as sysModule from 'socket:sys'
import * as testModule from 'socket:test'
import * as timersModule from 'socket:timers'
import * as timersPromisesModule from 'socket:timers/promises'
import * as ttyModule from 'socket:tty'
import * as urlModule from 'socket:url'
import * as utilModule from 'socket:util'
import * as utilTypesModule from 'socket:util/types'
import * as vmModule from 'socket:vm'
import * as windowModule from 'socket:window'
import * as windowConstantsModule from 'socket:window/constants'
import * as workerModule from 'socket:worker'
import * as workerThreadsModule from 'socket:worker_threads'
import * as zlibModule from 'socket:zlib'

/** @type {Readonly<Record<string, any>>} */
export const namespaces = Object.freeze({
  application: applicationModule,
  assert: assertModule,
  'assert/strict': assertStrictModule,
  async: asyncModule,
  async_hooks: asyncHooksModule,
  backend: backendModule,
  bluetooth: bluetoothModule,
  buffer: bufferModule,
  child_process: childProcessModule,
  conduit: conduitModule,
  console: consoleModule,
  constants: constantsModule,
  crypto: cryptoModule,
  dgram: dgramModule,
  diagnostics: diagnosticsModule,
  'diagnostics/channels': diagnosticsChannelsModule,
  'diagnostics/metric': diagnosticsMetricModule,
  'diagnostics/window': diagnosticsWindowModule,
  diagnostics_channel: diagnosticsChannelModule,
  dns: dnsModule,
  'dns/promises': dnsPromisesModule,
  enumeration: enumerationModule,
  errno: errnoModule,
  errors: errorsModule,
  events: eventsModule,
  extension: extensionModule,
  fetch: fetchModule,
  'fetch/fetch': fetchFetchModule,
  fs: fsModule,
  'fs/constants': fsConstantsModule,
  'fs/dir': fsDirModule,
  'fs/fds': fsFdsModule,
  'fs/flags': fsFlagsModule,
  'fs/handle': fsHandleModule,
  'fs/promises': fsPromisesModule,
  'fs/stats': fsStatsModule,
  'fs/stream': fsStreamModule,
  'fs/watcher': fsWatcherModule,
  'fs/web': fsWebModule,
  gc: gcModule,
  hooks: hooksModule,
  http: httpModule,
  https: httpsModule,
  i18n: i18nModule,
  index: indexModule,
  ip: ipModule,
  ipc: ipcModule,
  language: languageModule,
  latica: laticaModule,
  location: locationModule,
  mime: mimeModule,
  navigation: navigationModule,
  net: netModule,
  network: networkModule,
  node: nodeModule,
  'node-esm-loader': nodeEsmLoaderModule,
  notification: notificationModule,
  os: osModule,
  path: pathModule,
  'path/posix': pathPosixModule,
  'path/well-known': pathWellKnownModule,
  'path/win32': pathWin32Module,
  peer: peerModule,
  perf_hooks: perfHooksModule,
  process: processModule,
  'protocol-handlers': protocolHandlersModule,
  punycode: punycodeModule,
  querystring: querystringModule,
  readline: readlineModule,
  'readline/promises': readlinePromisesModule,
  'service-worker': serviceWorkerModule,
  signal: signalModule,
  stream: streamModule,
  'stream/consumers': streamConsumersModule,
  'stream/promises': streamPromisesModule,
  'stream/web': streamWebModule,
  string_decoder: stringDecoderModule,
  sys: sysModule,
  test: testModule,
  timers: timersModule,
  'timers/promises': timersPromisesModule,
  tty: ttyModule,
  url: urlModule,
  util: utilModule,
  'util/types': utilTypesModule,
  vm: vmModule,
  window: windowModule,
  'window/constants': windowConstantsModule,
  worker: workerModule,
  worker_threads: workerThreadsModule,
  zlib: zlibModule
})
