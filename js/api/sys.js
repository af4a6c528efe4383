/**
 * Node's old name for `util`.
 */
export * from 'socket:util'
export { default } from 'socket:util'
