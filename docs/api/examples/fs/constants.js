export const about = {
  'O_*': 'A flag for `fs.open`, or undefined where the system does not have it.',
  'S_I*': 'Bits of the mode of a file: its type and its permissions.',
  'UV_*': 'A number that Node has from libuv.',
  'COPYFILE_*': 'A mode for `fs.copyFile`.',
  F_OK: 'For `fs.access`: the file exists.',
  R_OK: 'For `fs.access`: it may be read.',
  W_OK: 'For `fs.access`: it may be written.',
  X_OK: 'For `fs.access`: it may be run.'
}
