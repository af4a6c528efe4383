/**
 * `socket:network`, under the name that the network library has for pages.
 */
export * from 'socket:network'
export { default } from 'socket:network'
