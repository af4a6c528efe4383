import fs from 'socket:fs/promises'

import './index.css'

const FILES = ['index.html', 'index.css', 'index.js']

const nav = document.querySelector('nav')
const source = document.querySelector('#source')

/** The beginning of a text: some lines, and of each what fits. */
const beginning = (text) => text.split('\n', 10).map((line) => line.slice(0, 100)).join('\n')

async function show (name) {
  for (const button of nav.children) {
    button.setAttribute('aria-pressed', String(button.textContent === name))
  }
  const text = await fs.readFile(name, 'utf8').then(beginning, (error) => error.message)
  // Another button may have been pressed since.
  if (nav.querySelector('[aria-pressed=true]').textContent === name) source.textContent = text
}

nav.append(...FILES.map((name) => {
  const button = document.createElement('button')
  button.textContent = name
  button.addEventListener('click', () => show(name))
  return button
}))

show(FILES[0])
