// A plugin in an Electron window of its own. Main relays it to a desktop: start one with `npx smartagent dev`, and give this
// program the line SMARTAGENT_URL=… SMARTAGENT_TOKEN=… that it prints.
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { app, BrowserWindow, net, protocol } from 'electron'
import { connectPlugin } from 'smartagent-plugin-sdk/electron/main'

const require = createRequire(import.meta.url)
const HERE = path.dirname(fileURLToPath(import.meta.url))
const SDK = path.dirname(require.resolve('smartagent-plugin-sdk/package.json'))
const ORIGIN = 'app://plugin'

// A scheme of its own gives the page an origin that nothing else has; a file has none.
protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true } }])

/** The plugin's files, and under /sdk/ those of the SDK's client for pages. @param {Request} request */
function serve(request) {
  const { pathname } = new URL(request.url)
  const [folder, name] = pathname.startsWith('/sdk/') ? [SDK, pathname.slice('/sdk/'.length)] : [HERE, pathname.slice(1)]
  const file = path.join(folder, decodeURIComponent(name))
  if (!file.startsWith(folder + path.sep)) return new Response('nothing here', { status: 404 })
  return net.fetch(pathToFileURL(file).href)
}

function openWindow() {
  const window = new BrowserWindow({
    width: 420,
    height: 640,
    webPreferences: { preload: require.resolve('smartagent-plugin-sdk/electron/preload'), sandbox: true, contextIsolation: true },
  })
  // A plugin opens no windows and goes nowhere.
  window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }))
  window.webContents.on('will-navigate', (event) => event.preventDefault())
  connectPlugin(window.webContents, {
    url: process.env.SMARTAGENT_URL ?? 'ws://127.0.0.1:7420/link',
    token: process.env.SMARTAGENT_TOKEN,
    plugin: 'example.plugin-electron',
    origin: ORIGIN,
  })
  return window.loadURL(`${ORIGIN}/index.html`)
}

app.whenReady().then(() => {
  protocol.handle('app', serve)
  return openWindow()
})
app.on('window-all-closed', () => app.quit())
