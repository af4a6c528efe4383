/**
 * `socket:fetch` by its longer name.
 */
export * from 'socket:fetch'
export { default } from 'socket:fetch'
