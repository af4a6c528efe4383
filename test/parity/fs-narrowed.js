/**
 * The same comparisons where `[capabilities]` narrows the app to files, all of them: links are then followed by native code
 * and files are held between the decision and the use, and no page must notice.
 */
process.env.SOCKET_HEADLESS_CAPABILITIES = JSON.stringify({ read: ['/**'], write: ['/**'] })

// After the line above: a static import would come before it.
await import('./fs.js')
export {}
