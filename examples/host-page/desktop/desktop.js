import { embedPlugin } from 'smartagent-plugin-sdk/embed'

const element = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id))

const { host, token, plugin } = await (await fetch('/session')).json()

const embedding = embedPlugin(/** @type {HTMLIFrameElement} */ (element('plugin')), { url: plugin.url, plugin: plugin.id, host, token })

const show = () => { element('state').textContent = `${embedding.state}: ${embedding.status.message}` }
embedding.on('state', show)
show()

element('ring').onclick = () => fetch('/ring')
