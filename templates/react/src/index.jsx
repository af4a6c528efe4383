import { useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import fs from 'socket:fs/promises'

import './index.css'

const FILES = ['index.html', 'index.css', 'index.js']

/** The beginning of a text: some lines, and of each what fits. */
const beginning = (text) => text.split('\n', 10).map((line) => line.slice(0, 100)).join('\n')

function App () {
  const [name, setName] = useState(FILES[0])
  const [text, setText] = useState('…')

  useEffect(() => {
    // Another button may have been pressed when the file has been read.
    let current = true
    fs.readFile(name, 'utf8')
      .then(beginning, (error) => error.message)
      .then((text) => { if (current) setText(text) })
    return () => { current = false }
  }, [name])

  return (
    <main>
      <img src='./icon.png' alt='' width='72' height='72' />
      <h1>Hello, React</h1>
      <p>This app reads its own files with <code>socket:fs/promises</code>:</p>
      <nav>
        {FILES.map((file) => (
          <button key={file} aria-pressed={file === name} onClick={() => setName(file)}>{file}</button>
        ))}
      </nav>
      <pre id='source' aria-live='polite'>{text}</pre>
      <p>Change <code>src/index.jsx</code> and run <code>npm start</code> again.</p>
    </main>
  )
}

createRoot(document.querySelector('#root')).render(<App />)
