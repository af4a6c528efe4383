import fs from 'socket:fs/promises'

window.addEventListener('DOMContentLoaded', async () => {
  const source = document.querySelector('#source')
  try {
    const text = await fs.readFile('index.html', 'utf8')
    source.textContent = text.split('\n').slice(0, 7).join('\n') + '\n…'
    console.log(text)
  } catch (error) {
    console.error(error)
    source.textContent = error.message
  }
})
