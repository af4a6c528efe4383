export const about = { 'Performance*': 'The engine\'s class of that name, where it has one.' }
