/**
 * The user's folders and the app's own, `null` where the system names none.
 */
import args from 'socket:internal/args'

/** @type {Partial<Record<string, string | null>>} */
const paths = args.paths ?? {}

export const DOWNLOADS = paths.downloads ?? null
export const DOCUMENTS = paths.documents ?? null
export const PICTURES = paths.pictures ?? null
export const DESKTOP = paths.desktop ?? null
export const VIDEOS = paths.videos ?? null
export const MUSIC = paths.music ?? null
/** Where the app's own files lie. */
export const RESOURCES = paths.resources ?? null
export const HOME = paths.home ?? args.home ?? null

export default { DOWNLOADS, DOCUMENTS, PICTURES, DESKTOP, VIDEOS, MUSIC, RESOURCES, HOME }
