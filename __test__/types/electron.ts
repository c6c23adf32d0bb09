// Electron's own types fit where this package asks for what it uses of them.
import type { MessagePortMain, UtilityProcess, WebContents, WebFrameMain } from 'electron'
import * as electron from 'electron'

import { SmartAgent } from 'smartagent-plugin-sdk'
import { connectPlugin, forwardParentPort, parentPort, servePlugin } from 'smartagent-plugin-sdk/electron/main'
import { SmartAgentHost } from 'smartagent-plugin-sdk/host'

declare const webContents: WebContents
declare const frame: WebFrameMain
declare const child: UtilityProcess
const host = new SmartAgentHost()

const served: { close(): void } = servePlugin(host, { frame, origin: 'https://plugin.example', plugin: 'acme.crm', agent: 'sam', electron })
served.close()
servePlugin(host, { frame: webContents, origin: 'app://plugin', plugin: 'acme.crm' })
servePlugin(host, { frame: { webContents, name: 'crm' }, origin: 'app://plugin', plugin: 'acme.crm' })
servePlugin({ attachPort: (port: MessagePortMain, about) => child.postMessage(about, [port]) }, { frame, origin: 'app://plugin', plugin: 'acme.crm' })
// @ts-expect-error the origin is not optional: nobody else is to get the port
servePlugin(host, { frame, plugin: 'acme.crm' })

connectPlugin(webContents, { url: 'wss://desk.example/link', token: async () => 'secret', plugin: 'acme.crm', origin: 'app://plugin' }).close()
// @ts-expect-error a relay needs to know where the host is
connectPlugin(webContents, { token: 'secret' })

void new SmartAgent({ transport: parentPort(webContents, { origin: 'https://plugin.example', allowedOrigins: ['https://desk.example'] }) })
void new SmartAgent({ transport: parentPort(process.parentPort) })
forwardParentPort(webContents, child, { frame }).close()
