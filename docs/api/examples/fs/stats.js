import * as stats from 'socket:fs/stats'
import * as ipc from 'socket:ipc'
import os from 'socket:os'

export const about = {
  Stats: 'What is known of a file, in numbers.',
  BigIntStats: 'What is known of a file, in bigints.',
  StatFs: 'What is known of a file system.',
  'Native*': 'What native code tells.'
}

/**
 * Stats from what native code tells.
 * @for fromNative fromNativeStatFs
 */
export async function native () {
  const { data } = await ipc.request('fs.stat', { path: os.tmpdir() })
  console.log(stats.fromNative(data, false).isDirectory()) // → true
  const { data: system } = await ipc.request('fs.statfs', { path: os.tmpdir() })
  console.log(stats.fromNativeStatFs(system, false).blocks > 0) // → true
}
