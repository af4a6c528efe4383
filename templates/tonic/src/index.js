import Tonic from '@socketsupply/tonic'
import fs from 'socket:fs/promises'

import './index.css'

const FILES = ['index.html', 'index.css', 'index.js']

/** The beginning of a text: some lines, and of each what fits. */
const beginning = (text) => text.split('\n', 10).map((line) => line.slice(0, 100)).join('\n')

class HelloApp extends Tonic {
  constructor () {
    super()
    this.state = { name: '', text: '…' }
  }

  connected () {
    this.show(FILES[0])
  }

  async show (name) {
    this.state.name = name
    const text = await fs.readFile(name, 'utf8').then(beginning, (error) => error.message)
    // Another button may have been pressed since.
    if (this.state.name !== name) return
    this.state.text = text
    this.reRender()
  }

  click (event) {
    const button = Tonic.match(event.target, 'button')
    if (button) this.show(button.dataset.name)
  }

  render () {
    const { name, text } = this.state
    return this.html`
      <main>
        <img src="./icon.png" alt="" width="72" height="72" />
        <h1>Hello, Tonic</h1>
        <p>This app reads its own files with <code>socket:fs/promises</code>:</p>
        <nav>${FILES.map((file) => this.html`
          <button data-name="${file}" aria-pressed="${String(file === name)}">${file}</button>`)}
        </nav>
        <pre id="source" aria-live="polite">${text}</pre>
        <p>Change <code>src/index.js</code> and run <code>npm start</code> again.</p>
      </main>`
  }
}

// With the element's name: that of the class is shortened in builds for users.
Tonic.add(HelloApp, 'hello-app')
