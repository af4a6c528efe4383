/**
 * What the tests share: errors that nobody caught fail the run, and waiting for what the page will show.
 */
import { GLOBAL_TEST_RUNNER } from 'socket:test'

/** @param {string} kind @param {unknown} reason */
const uncaught = (kind, reason) => {
  const error = reason instanceof Error ? reason : new Error(String(reason))
  GLOBAL_TEST_RUNNER.result(false, `${kind}: ${error.message}`, {
    operator: 'throws',
    expected: 'no error',
    actual: error,
    error
  })
}

globalThis.addEventListener('error', (event) => uncaught('uncaught error', event.error ?? event.message))
globalThis.addEventListener('unhandledrejection', (event) => uncaught('unhandled rejection', event.reason))

/** How long the page may take, in milliseconds. */
const LIMIT = 10_000

/**
 * Waits until the page is as `look` wants it, and resolves with what `look` found.
 *
 * @template T
 * @param {() => T | null | undefined | false} look
 * @returns {Promise<T>}
 */
export function until (look) {
  return new Promise((resolve, reject) => {
    const observer = new MutationObserver(() => check())
    const timer = setTimeout(() => {
      observer.disconnect()
      reject(new Error(`after ${LIMIT / 1000} s the page is still without ${look}`))
    }, LIMIT)
    const check = () => {
      const found = look()
      if (!found) return
      observer.disconnect()
      clearTimeout(timer)
      resolve(found)
    }
    observer.observe(document, { attributes: true, characterData: true, childList: true, subtree: true })
    check()
  })
}
