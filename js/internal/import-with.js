/** `import()` with attributes, apart from what every engine must be able to read. */

/** @param {string} specifier @param {any} options */
export const importWith = (specifier, options) => import(specifier, options)
