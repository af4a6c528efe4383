/** Menus, as apps write them: text, as in earlier versions, or lists. Both become what native code takes. */

import { on } from 'socket:internal/ipc'

/** @typedef {import('socket:internal/routes').application.MenuItem} NativeItem */

/**
 * One entry of a menu, or a menu.
 *
 * @typedef {object} MenuEntry
 * @property {string} [label] what it says; a line between others without it, or with `---`
 * @property {string} [id] what the page calls it: `menuItemSelected` tells it
 * @property {string} [accelerator] `CommandOrControl+Shift+S`; a key alone is held with the key of the system
 * @property {boolean} [enabled] grey when false
 * @property {boolean} [checked] with a check mark, or without
 * @property {import('socket:internal/routes').application.Role} [role] what the system does itself when it is chosen
 * @property {MenuEntry[]} [items] the menu below it
 */

/** @param {string} text */
const wrong = (text) => Object.assign(new TypeError(text), { code: 'ERR_INVALID_ARG_VALUE' })

/** @type {Record<string, import('socket:internal/routes').application.Modifier>} */
const MODIFIERS = {
  alt: 'alt',
  option: 'alt',
  control: 'control',
  ctrl: 'control',
  shift: 'shift',
  meta: 'meta',
  super: 'meta',
  command: 'meta',
  cmd: 'meta',
  commandorcontrol: 'commandOrControl',
  cmdorctrl: 'commandOrControl'
}

/** Keys that cannot be written as they are. @type {Record<string, string>} */
const KEYS = { plus: '+', comma: ',', esc: 'Escape', return: 'Enter', up: 'ArrowUp', down: 'ArrowDown', left: 'ArrowLeft', right: 'ArrowRight', del: 'Delete' }

/** What systems do themselves in a menu `Edit`. @type {Record<string, import('socket:internal/routes').application.Role>} */
const EDITING = { undo: 'undo', redo: 'redo', cut: 'cut', copy: 'copy', paste: 'paste', delete: 'delete', 'select all': 'selectAll' }

/**
 * `s + Control, Alt`, `Control+Alt+S`, `F5`; nothing for `_`.
 *
 * @param {string} text
 * @param {string} place for people
 */
function accelerator (text, place) {
  const words = text.split(/\s*[+,]\s*/).map((word) => word.trim())
  if (words.length === 1 && ['', '_'].includes(words[0])) return undefined
  const modifiers = new Set()
  let key
  for (const word of words) {
    const modifier = MODIFIERS[word.toLowerCase()]
    if (modifier !== undefined) modifiers.add(modifier)
    else if (word === '') throw wrong(`${place}: a key is missing in \`${text}\`; write + as Plus and , as Comma`)
    else if (key !== undefined) throw wrong(`${place}: \`${key}\` and \`${word}\` are two keys, or one is no modifier: those are Alt, Control, Shift, Meta and CommandOrControl`)
    else key = word
  }
  if (key === undefined) throw wrong(`${place}: \`${text}\` has modifiers and no key`)
  const character = [...key].length === 1
  // As on keyboards: a capital is made with Shift. In a word of its own it is how keys are written.
  if (character && key !== key.toLowerCase() && modifiers.size === 0) modifiers.add('shift').add('commandOrControl')
  // A character alone could not be typed any more.
  else if (character && modifiers.size === 0) modifiers.add('commandOrControl')
  return { key: character ? key.toLowerCase() : KEYS[key.toLowerCase()] ?? key, modifiers: [...modifiers] }
}

/**
 * Text as earlier versions have it: `Title:`, then a line for each entry, then `;`.
 *
 * @param {string} text
 * @returns {MenuEntry[]}
 */
export function parseMenu (text) {
  /** @type {MenuEntry[]} */
  const menus = []
  /** @type {MenuEntry | undefined} */
  let menu
  for (const [number, raw] of text.split('\n').entries()) {
    const place = `line ${number + 1} of the menu`
    const ends = /;\s*$/.test(raw)
    const line = raw.replace(/;\s*$/, '').trim()
    if (line !== '') {
      const colon = line.indexOf(':')
      if (menu === undefined) {
        if (colon !== line.length - 1) throw wrong(`${place}: \`${line}\` is not the title of a menu, which ends with a colon: \`File:\``)
        menus.push(menu = { label: line.slice(0, -1).trim(), items: [] })
        if (menu.label === '') throw wrong(`${place}: a menu has a title: \`File:\``)
      } else if (/^-{3,}/.test(line)) {
        menu.items?.push({})
      } else {
        if (colon < 0) throw wrong(`${place}: \`${line}\` has no colon: write \`Label: key + modifiers\`, or \`Label: _\` without a key`)
        const disabled = line.startsWith('!')
        const label = line.slice(disabled ? 1 : 0, colon).trim()
        if (label === '') throw wrong(`${place}: the label is missing before the colon`)
        menu.items?.push({ label, accelerator: line.slice(colon + 1).trim(), ...(disabled && { enabled: false }) })
      }
    }
    if (ends) {
      if (menu === undefined) throw wrong(`${place}: this \`;\` ends no menu`)
      menu = undefined
    }
  }
  if (menu !== undefined) throw wrong(`the menu \`${menu.label}\` has no \`;\` at its end`)
  return menus
}

/**
 * What native code takes.
 *
 * @param {MenuEntry[]} entries
 * @param {string} [parent]
 * @returns {NativeItem[]}
 */
export function nativeMenu (entries, parent = '') {
  if (!Array.isArray(entries)) throw wrong('a menu is text, or a list of entries')
  return entries.map((entry) => {
    if (entry === null || typeof entry !== 'object') throw wrong('an entry of a menu is an object: { label, accelerator, items, … }')
    const { label = '', id, accelerator: key, enabled, checked, role, items } = entry
    if (label === '' || /^-{3,}$/.test(label)) return { label: '' }
    const own = role ?? (id !== undefined || items !== undefined ? undefined : /^edit$/i.test(parent) ? EDITING[label.toLowerCase()] : label === 'Minimize' ? 'minimize' : undefined)
    return {
      label: String(label),
      ...(id !== undefined && { id: String(id) }),
      ...(enabled !== undefined && { enabled: Boolean(enabled) }),
      ...(checked !== undefined && { checked: Boolean(checked) }),
      ...(key !== undefined && { accelerator: accelerator(String(key), `the accelerator of ${JSON.stringify(label)}`) }),
      ...(own !== undefined && { role: own }),
      ...(items !== undefined && { items: nativeMenu(items, label) })
    }
  })
}

let hearing = false

/** Hands on what is chosen in menus. */
export function hearMenus () {
  if (hearing) return
  hearing = true
  on('window.menuItemSelected', (chosen) => {
    // Earlier versions have a state, which is always this.
    globalThis.dispatchEvent?.(new CustomEvent('menuItemSelected', { detail: { ...chosen, state: '0' } }))
  })
}
