// @ts-check
import { badRequest } from '../errors.js'
import { electronModule } from './floor.js'
import { Door } from './gate.js'
import { senderOf } from './sender.js'

/** See main.d.ts. @type {typeof import('./main.js').servePlugin} */
export function servePlugin(host, options) {
  if (typeof host?.attachPort !== 'function') throw badRequest('host must be a SmartAgentHost, or have its attachPort()')
  const { frame, origin, plugin, agent } = options ?? {}
  if (origin === undefined) throw badRequest('origin must name the origin of the plugin', 'origin')
  if (typeof plugin !== 'string') throw badRequest('plugin must be the id of the plugin', 'plugin')
  const electron = electronModule(options.electron)
  const door = new Door(senderOf(frame, origin, electron), electron, (port, shown) => {
    const attached = host.attachPort(port, { origin: shown, plugin, ...(agent === undefined ? {} : { agent }) })
    // What posts the port to another process has nothing to close here.
    return () => typeof attached?.close === 'function' ? attached.close() : port.close()
  })
  return { close: () => door.close() }
}
