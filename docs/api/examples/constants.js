export const about = {
  'E*': 'The number of this error of the system, or undefined where it does not have it.',
  'SIG*': 'The number of this signal, or undefined where the system does not have it.',
  'RTLD_*': 'A flag for loading libraries; native code alone does that here.',
  'PRIORITY_*': 'A priority for `os.setPriority`.',
  'O_*': 'A flag for `fs.open`, or undefined where the system does not have it.',
  'S_I*': 'Bits of the mode of a file: its type and its permissions.',
  'UV_*': 'A number that Node has from libuv.',
  'COPYFILE_*': 'A mode for `fs.copyFile`.',
  F_OK: 'For `fs.access`: the file exists.',
  R_OK: 'For `fs.access`: it may be read.',
  W_OK: 'For `fs.access`: it may be written.',
  X_OK: 'For `fs.access`: it may be run.'
}
