/**
 * What a console does with what it is given, whatever it writes to: `socket:console` writes to streams, the
 * preload to the terminal. Nothing is imported, because the preload runs before every page.
 */

/**
 * @typedef {object} Output
 * @property {(stream: 1 | 2, text: string) => void} write 1 is standard output, 2 standard error
 * @property {(values: any[], stream: 1 | 2) => string} format as console.log
 * @property {(value: any, options: object, weak?: boolean) => string} inspect `weak` options yield to the console's own
 * @property {(error: Error) => string} stackOf
 * @property {(text: string) => void} warn of a wrong use of the console
 * @property {number} [indentation] of a group
 * @property {number} [wrappers] how many functions stand between the caller and the methods
 */

/** @param {number} ms */
export function formatTime (ms) {
  let [hours, minutes, seconds] = [0, 0, 0]
  if (ms >= 1000) {
    if (ms >= 60_000) {
      hours = Math.floor(ms / 3_600_000)
      ms %= 3_600_000
      minutes = Math.floor(ms / 60_000)
      ms %= 60_000
    }
    seconds = ms / 1000
  }
  if (hours !== 0 || minutes !== 0) {
    const [whole, fraction] = seconds.toFixed(3).split('.')
    const start = hours !== 0 ? `${hours}:${String(minutes).padStart(2, '0')}` : `${minutes}`
    return `${start}:${whole.padStart(2, '0')}.${fraction} (${hours !== 0 ? 'h:m' : ''}m:ss.mmm)`
  }
  return seconds !== 0 ? `${seconds.toFixed(3)}s` : `${Number(ms.toFixed(3))}ms`
}

/** Columns that a terminal needs. @param {string} text */
function widthOf (text) {
  // eslint-disable-next-line no-control-regex
  const plain = text.replace(/\u001b\[[\d;]*m/g, '').normalize('NFC')
  let width = 0
  for (const char of plain) {
    // Marks that stand over the character before them take no room; East Asian and emoji take two.
    if (/^[\p{Mn}\p{Me}\p{Cf}]$/u.test(char)) continue
    width += /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]$/u.test(char) ? 2 : 1
  }
  return width
}

/** @param {string[]} head @param {string[][]} columns */
function drawTable (head, columns) {
  const height = Math.max(0, ...columns.map((column) => column.length))
  const rows = Array.from({ length: height }, (_, row) => columns.map((column) => column[row] ?? ''))
  const widths = head.map((title, at) => Math.max(widthOf(title), ...rows.map((row) => widthOf(row[at]))) + 2)
  const rule = (/** @type {string} */ left, /** @type {string} */ middle, /** @type {string} */ right) =>
    left + widths.map((width) => '─'.repeat(width)).join(middle) + right
  const line = (/** @type {string[]} */ cells) =>
    '│' + cells.map((cell, at) => ` ${cell}${' '.repeat(widths[at] - widthOf(cell) - 1)}`).join('│') + '│'
  return [rule('┌', '┬', '┐'), line(head), rule('├', '┼', '┤'), ...rows.map(line), rule('└', '┴', '┘')].join('\n')
}

/**
 * @param {any} data
 * @param {string[] | undefined} properties
 * @param {(value: any) => string} show
 */
function table (data, properties, show) {
  const entries = data instanceof Map ? [...data] : null
  if (entries) {
    return drawTable(['(iteration index)', 'Key', 'Values'], [entries.map((_, at) => show(at)), entries.map(([key]) => show(key)), entries.map(([, value]) => show(value))])
  }
  if (data instanceof Set) {
    const values = [...data]
    return drawTable(['(iteration index)', 'Values'], [values.map((_, at) => show(at)), values.map((value) => show(value))])
  }
  /** @type {Record<string, string[]>} */
  const columns = Object.create(null)
  /** @type {string[]} */
  const values = []
  let bare = false
  const rows = Object.keys(data)
  for (const [at, row] of rows.entries()) {
    const item = data[row]
    const primitive = item === null || (typeof item !== 'function' && typeof item !== 'object')
    if (primitive && properties === undefined) {
      bare = true
      values[at] = show(item)
      continue
    }
    for (const key of properties ?? Object.keys(item)) {
      columns[key] ??= []
      columns[key][at] = primitive || !Object.hasOwn(item, key) ? '' : show(item[key])
    }
  }
  const names = Object.keys(columns)
  return drawTable(['(index)', ...names, ...bare ? ['Values'] : []], [rows, ...names.map((name) => columns[name]), ...bare ? [values] : []])
}

/** @param {any} value @param {Output['inspect']} inspect */
function received (value, inspect) {
  if (value === null) return 'null'
  if (typeof value === 'function') return `function ${value.name}`
  if (typeof value === 'object') return value.constructor?.name ? `an instance of ${value.constructor.name}` : inspect(value, { depth: -1 })
  const text = typeof value === 'string' && value.length > 28 ? value.slice(0, 25) + '...' : value
  return `type ${typeof value} (${typeof text === 'string' ? text.includes("'") ? JSON.stringify(text) : `'${text}'` : inspect(text, {})})`
}

/** @param {Output} output */
export function consoleMethods ({ write, format, inspect, stackOf, warn, indentation = 2, wrappers = 0 }) {
  /** @type {Map<string, number>} */
  const counts = new Map()
  /** @type {Map<string, number>} */
  const timers = new Map()
  let indent = ''

  /** @param {1 | 2} stream @param {string} text */
  function print (stream, text) {
    if (indent !== '') text = indent + (text.includes('\n') ? text.replaceAll('\n', `\n${indent}`) : text)
    write(stream, text + '\n')
  }

  /** @param {string} label @param {string} method @param {any[]} data */
  function printTime (label, method, data) {
    const start = timers.get(label)
    if (start === undefined) {
      warn(`No such label '${label}' for console.${method}()`)
      return false
    }
    const time = formatTime(performance.now() - start)
    print(1, format(['%s: %s', label, time, ...data], 1))
    return true
  }

  const methods = {
    /** @param {any[]} values */
    log (...values) { print(1, format(values, 1)) },

    /** @param {any[]} values */
    warn (...values) { print(2, format(values, 2)) },

    /** @param {any} value @param {object} [options] */
    dir (value, options) { print(1, inspect(value, { customInspect: false, ...options })) },

    time (label = 'default') {
      label = `${label}`
      if (timers.has(label)) warn(`Label '${label}' already exists for console.time()`)
      else timers.set(label, performance.now())
    },

    timeEnd (label = 'default') {
      label = `${label}`
      if (printTime(label, 'timeEnd', [])) timers.delete(label)
    },

    /** @param {any} [label] @param {any[]} data */
    timeLog (label = 'default', ...data) { printTime(`${label}`, 'timeLog', data) },

    /** @param {any[]} values */
    trace (...values) {
      const error = new Error(format(values, 2))
      error.name = 'Trace'
      // The frames of the console itself say nothing, nor do those of the engine that called it.
      let hidden = wrappers + 1
      const lines = stackOf(error).split('\n').filter((line) => !/^\s+at /.test(line) || (!/\(native\)$|^\s+at Reflect\./.test(line) && hidden-- <= 0))
      print(2, lines.join('\n'))
    },

    /** @param {any} [condition] @param {any[]} values */
    assert (condition, ...values) {
      if (condition) return
      values[0] = `Assertion failed${values.length === 0 ? '' : `: ${values[0]}`}`
      print(2, format(values, 2))
    },

    /** A terminal that is being read by someone is not cleared behind their back. */
    clear () {},

    count (label = 'default') {
      label = `${label}`
      const count = (counts.get(label) ?? 0) + 1
      counts.set(label, count)
      print(1, `${label}: ${count}`)
    },

    countReset (label = 'default') {
      label = `${label}`
      if (!counts.delete(label)) warn(`Count for '${label}' does not exist`)
    },

    /** @param {any[]} label */
    group (...label) {
      if (label.length > 0) print(1, format(label, 1))
      indent += ' '.repeat(indentation)
    },

    groupEnd () { indent = indent.slice(0, Math.max(0, indent.length - indentation)) },

    /** @param {any} data @param {string[]} [properties] */
    table (data, properties) {
      if (properties !== undefined && !Array.isArray(properties)) {
        // What Node says, without loading its error classes into every page.
        throw Object.assign(new TypeError(`The "properties" argument must be an instance of Array. Received ${received(properties, inspect)}`), { code: 'ERR_INVALID_ARG_TYPE' })
      }
      if (data === null || typeof data !== 'object') return methods.log(data)
      print(1, table(data, properties, (value) => {
        const deep = value !== null && typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length > 2
        return inspect(value, { maxArrayLength: 3, breakLength: Infinity, depth: deep ? -1 : 0 }, true)
      }))
    }
  }
  return {
    ...methods,
    debug: methods.log,
    info: methods.log,
    dirxml: methods.log,
    error: methods.warn,
    groupCollapsed: methods.group
  }
}
