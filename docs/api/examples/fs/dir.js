import dir from 'socket:fs/dir'

export const about = {
  kType: 'Where an entry keeps its type.',
  Entries: 'What native code tells of a folder.'
}

/** The order of two entries, for `Array#sort`. */
export function sortDirectoryEntries () {
  console.log(['b', 'a'].sort(dir.sortDirectoryEntries)) // → [ 'a', 'b' ]
}

/**
 * Entries from what native code tells of a folder.
 * @for fromNames
 */
export async function entries () {
  const { fromNames } = await import('socket:fs/dir')
  console.log(fromNames({ kinds: '1', body: new TextEncoder().encode('a\0') }, '/tmp', 'utf8', false)) // → [ 'a' ]
}
