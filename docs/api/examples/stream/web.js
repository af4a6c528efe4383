export const about = { '*': 'The engine\'s class of that name, where it has one.' }
