import normalizeFlags from 'socket:fs/flags'

/**
 * The number of flags that are given as text.
 * @for normalizeFlags
 */
export function flags () {
  console.log(normalizeFlags('r')) // → 0
}
