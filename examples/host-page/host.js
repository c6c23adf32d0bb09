// A desktop whose agents work in a browser: this process serves the desktop's page, holds the host that its plugins are
// linked to, and, on an address of its own, the page of one plugin.
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { SmartAgentHost } from 'smartagent-plugin-sdk/host'

import { ringing, user } from './call.js'

const here = path.dirname(fileURLToPath(import.meta.url))
const sdk = path.dirname(fileURLToPath(import.meta.resolve('smartagent-plugin-sdk/package.json')))

/** A page of an agent who is logged in; a real desktop makes one per login. */
const pageToken = crypto.randomUUID()

/** Files of one folder, and the SDK's under /sdk/. @param {string} folder @param {string} name @param {Record<string, () => object>} [data] */
async function serve(folder, name, data = {}) {
  const server = createServer(async ({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://here')
    const file = pathname.startsWith('/sdk/') ? path.join(sdk, path.normalize(pathname.slice(4))) : path.join(here, folder, path.normalize(pathname))
    try {
      const body = data[pathname] ? JSON.stringify(data[pathname]()) : await readFile(pathname === '/' ? path.join(here, folder, 'index.html') : file)
      response.writeHead(200, { 'content-type': file.endsWith('.js') ? 'text/javascript' : data[pathname] ? 'application/json' : 'text/html' }).end(body)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  return { server, origin: `http://${name}:${port}` }
}

// Two names of this machine: two origins, as a desktop's page and its plugins always are.
const plugin = await serve('plugin', '127.0.0.1')
const desktop = await serve('desktop', 'localhost', {
  '/session': () => ({ host: url, token: pageToken, plugin: { id: 'example.host-page', url: `${plugin.origin}/?desktop=${desktop.origin}` } }),
  '/ring': () => {
    host.applySnapshot(ringing('Ada Lovelace'), { agent: 'ben' })
    return {}
  },
})

const host = new SmartAgentHost({
  companyId: 'acme',
  user,
  // Only this desktop's page may dial, only its token is believed, and only this plugin is shown.
  allowedOrigins: [desktop.origin],
  authenticate: (token) => token === pageToken ? { agent: 'ben', mayEmbed: true } : null,
  plugins: [{
    manifest: 1, id: 'example.host-page', name: 'Caller', version: '1.0.0', type: 'call', url: plugin.origin, origins: [], events: [],
    scopes: [{ scope: 'call:observe', reason: 'shows who calls' }, { scope: 'contact:read', reason: 'shows the caller\'s name' },
      { scope: 'contact:write', reason: 'notes that the caller was recognised' }],
  }],
})
host.handle('update_contact', (attributes, { contactId, plugin }) => {
  console.log(`${plugin} wrote ${Object.keys(attributes).join(', ')}`)
  return { contactId: contactId ?? '', initialContactId: null, attributes: /** @type {Record<string, string>} */ (attributes) }
})
host.on('session', ({ change, session }) => console.log(`${session.plugin} ${change}`))

const { url } = await host.listen({ port: 0 })
console.log(`open ${desktop.origin}`)

const close = () => {
  desktop.server.close().closeAllConnections()
  plugin.server.close().closeAllConnections()
  void host.close()
}
process.once('SIGTERM', close)
process.once('SIGINT', close)
