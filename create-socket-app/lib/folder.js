/**
 * The directory of the project. Everything is made in a temporary folder and put into place at the end, so that
 * there is the whole project or nothing.
 */
import fs from 'node:fs'
import path from 'node:path'

import { attempt, UserError } from './errors.js'

/** What may be in the directory already; it stays as it is. */
const HARMLESS = /^(\..*|licen[cs]e(\..*)?|readme(\..*)?|docs?|changelog(\..*)?|authors(\..*)?)$/i
const SHOWN = 8
const PERMISSION = 'check who may write there, or choose another directory'
/** Bytes of a name, on every file system that matters. */
const NAME = 255

/**
 * Fails unless a project can be put there.
 *
 * @param {string} target
 */
export function check (target) {
  const long = target.split(path.sep).find((name) => Buffer.byteLength(name) > NAME)
  if (long !== undefined) {
    throw new UserError('ENAMETOOLONG', `the name ${long.slice(0, 32)}… has ${Buffer.byteLength(long)} bytes, and file systems take ${NAME}`, 'choose a shorter name')
  }
  const stat = attempt(`look at ${target}`, PERMISSION, () => fs.statSync(target, { throwIfNoEntry: false }))
  if (stat === undefined) return
  if (!stat.isDirectory()) throw new UserError('ERR_NOT_DIRECTORY', `${target} is not a directory`, 'choose another name')
  const names = attempt(`read ${target}`, PERMISSION, () => fs.readdirSync(target))
  const inWay = names.filter((name) => !HARMLESS.test(name)).sort()
  if (inWay.length === 0) return
  const more = inWay.length > SHOWN ? `, and ${inWay.length - SHOWN} more` : ''
  throw new UserError('ERR_NOT_EMPTY', `${target} is not empty; in the way: ${inWay.slice(0, SHOWN).join(', ')}${more}`,
    'choose an empty directory, as in create-socket-app vanilla my-app; dotfiles, LICENSE, README and docs may be there')
}

/**
 * The folder in which the project is made: beside the target, so that putting it into place is renaming and links
 * to what lies outside stay right; inside it where that is not possible.
 *
 * @param {string} target
 * @returns {{ folder: string, place: () => void, discard: () => void }}
 */
export function stage (target) {
  const exists = fs.existsSync(target)
  const parent = path.dirname(target)
  /** @type {string | undefined} */
  const made = attempt(`create ${parent}`, PERMISSION, () => fs.mkdirSync(parent, { recursive: true }))
  const folder = attempt(`write into ${exists ? target : parent}`, PERMISSION, () => temporary(target, exists))
  return {
    folder,
    discard () {
      fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
      // Parents that were made for it go, too, unless something else has moved in.
      if (made !== undefined) removeEmpty(parent, made)
    },
    place () {
      attempt(`put the project into ${target}`, PERMISSION, () => exists ? move(folder, target) : renameNew(folder, target))
    }
  }
}

/** @param {string} folder @param {string} top  the last one to remove */
function removeEmpty (folder, top) {
  try {
    fs.rmdirSync(folder)
  } catch {
    return
  }
  if (folder !== top) removeEmpty(path.dirname(folder), top)
}

/** @param {string} target @param {boolean} exists */
function temporary (target, exists) {
  const make = (/** @type {string} */ where) => fs.mkdtempSync(path.join(where, '.create-socket-app-'))
  const parent = path.dirname(target)
  if (!exists) return make(parent)
  // It must be ours to write to: better said now than after the installation.
  fs.accessSync(target, fs.constants.W_OK)
  if (fs.statSync(target).dev !== fs.statSync(parent).dev) return make(target)
  try {
    return make(parent)
  } catch {
    return make(target)
  }
}

/** @param {string} folder @param {string} target */
function renameNew (folder, target) {
  // mkdtemp made it for its owner alone.
  fs.chmodSync(folder, 0o777 & ~process.umask())
  fs.renameSync(folder, target)
}

/**
 * Moves every entry, all of them or none. Not a moment is given away in between, so no signal can come between.
 *
 * @param {string} folder
 * @param {string} target
 */
function move (folder, target) {
  check(target)
  /** @type {string[]} */
  const moved = []
  try {
    for (const name of fs.readdirSync(folder)) {
      if (fs.existsSync(path.join(target, name))) continue
      fs.renameSync(path.join(folder, name), path.join(target, name))
      moved.push(name)
    }
  } catch (error) {
    for (const name of moved) fs.renameSync(path.join(target, name), path.join(folder, name))
    throw error
  }
  fs.rmSync(folder, { recursive: true, force: true })
}
