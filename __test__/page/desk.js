import { SmartAgent, parentWindow } from '../../js/browser/index.js'
import { SmartAgentHost } from '../../host.js'
import { user } from '../desk.js'
import { Frame } from './frame.js'

export const DESK = 'http://localhost:7420'

/**
 * A real host, and a window in whose frame pages live: it answers each knock with a port that the host serves.
 * @param {import('node:test').TestContext} t
 */
export function desk(t, options = {}) {
  const host = new SmartAgentHost({ companyId: 'acme', user, ...options })
  t.after(() => host.close())
  return { host, frame: (attach) => deskFrame(t, host, attach) }
}

/** @param {import('node:test').TestContext} t */
export function deskFrame(t, host, attach = {}) {
  const frame = new Frame()
  /** Each knock's port at the desktop's end. @type {MessagePort[]} */
  const ports = []
  let last
  frame.onpost = (message) => {
    if (message.nonce === last) return
    last = message.nonce
    const { port1, port2 } = new MessageChannel()
    ports.push(port1)
    host.attachPort(port1, { origin: frame.origin, ...attach })
    frame.offer(message, port2, DESK)
  }
  t.after(() => ports.forEach((port) => port.close()))
  return Object.assign(frame, { ports })
}

/** A plugin's page on that frame. @param {import('node:test').TestContext} t */
export function page(t, frame, options = {}) {
  const sm = new SmartAgent({ transport: parentWindow({ window: frame }), ...options })
  t.after(() => sm.close())
  return sm
}
