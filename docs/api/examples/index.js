export const as = 'network'
