// The suite of every transport, with the thin client: over a port that the page has, and with the handshake of an iframe.
import { test } from 'node:test'

import { messagePort, parentWindow, SmartAgent, SmartAgentError } from '../../js/browser/index.js'
import { SmartAgentHost } from '../../host.js'
import { Desk } from '../contract/desk.js'
import { ORIGIN, PLUGIN, user } from '../contract/samples.js'
import { HOST, STEPS } from '../contract/suite.js'
import { deskFrame } from './desk.js'

const CARRIERS = {
  'a port': {
    can: [],
    transport: (t, host) => ({
      make: () => {
        const { port1, port2 } = new MessageChannel()
        host.attachPort(port1, { plugin: PLUGIN, origin: ORIGIN })
        return messagePort(port2)
      },
    }),
  },
  'the knock of an iframe': {
    can: ['drop', 'again'],
    transport: (t, host) => {
      const frame = deskFrame(t, host, { plugin: PLUGIN, origin: ORIGIN })
      const listen = frame.onpost
      return {
        make: () => parentWindow({ window: frame }),
        drop() {
          frame.onpost = undefined
          frame.ports.forEach((port) => port.close())
        },
        restore() {
          frame.onpost = listen
        },
      }
    },
  },
}

for (const [name, { can, transport }] of Object.entries(CARRIERS)) {
  test(`the thin client over ${name}`, async (t) => {
    for (const { name, host: options, needs = [], run } of STEPS) {
      const lacks = needs.filter((need) => !can.includes(need))
      await t.test(name, { skip: lacks.length > 0 ? `this transport has no ${lacks.join(' or ')}` : false, timeout: 20_000 }, async (t) => {
        const host = new SmartAgentHost({ user, ...HOST, ...options })
        const clients = []
        const link = transport(t, host)
        const make = (more = {}) => {
          const client = new SmartAgent({ transport: link.make(), plugin: { id: PLUGIN, version: '1.0.0' }, ...more })
          clients.push(client)
          return client
        }
        try {
          await run({ make, SmartAgentError, desk: new Desk(host, link) })
        } finally {
          await Promise.all(clients.map((client) => client.close()))
          await host.close()
        }
      })
    }
  })
}
