export const about = { Worker: 'The engine\'s own `Worker`.' }
