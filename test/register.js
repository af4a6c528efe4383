/**
 * `node --import ./test/register.js file.js` lets a file import `socket:*` as an app's page does.
 */
import { register } from 'node:module'

register('./hooks.js', import.meta.url)
