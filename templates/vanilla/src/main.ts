import SmartAgent from 'smartagent-plugin-sdk'

import { createPlugin } from './plugin'

// Name the desktop's origin before you publish: new SmartAgent({ allowedOrigins: ['https://desktop.example'] })
const sm = new SmartAgent()
const plugin = createPlugin(sm)
const app = document.querySelector<HTMLElement>('#app')!

app.innerHTML = `
  <h1 id="hello">Connecting…</h1>
  <p role="alert" hidden></p>
  <p role="status"></p>
  <dl></dl>
  <form><input name="note" aria-label="Note" placeholder="A note on the contact" required><button>Save</button></form>`
const find = <E extends Element>(selector: string) => app.querySelector<E>(selector)!
const form = find<HTMLFormElement>('form')

function draw() {
  const { agent, caller, state, attributes, error } = plugin.view
  if (agent !== null) find('#hello').textContent = `Hello ${agent}`
  find('[role=status]').textContent = caller === null ? 'No call.' : `${caller}: ${state}`
  const alert = find<HTMLElement>('[role=alert]')
  alert.hidden = error === null
  alert.textContent = error
  find('dl').replaceChildren(...Object.entries(attributes).flatMap(([name, value]) => [
    Object.assign(document.createElement('dt'), { textContent: name }),
    Object.assign(document.createElement('dd'), { textContent: value }),
  ]))
}

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  await plugin.note(String(new FormData(form).get('note')))
  form.reset()
})
plugin.subscribe(draw)
draw()

sm.init().catch((error) => {
  find('#hello').textContent = `No desktop: ${error.message}`
})
