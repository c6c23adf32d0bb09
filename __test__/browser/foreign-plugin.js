// A plugin's page without the SDK: it speaks docs of the protocol by hand, as somebody else's client would. Served as text.
export const FOREIGN_PLUGIN = String.raw`
const instance = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
const plugin = window.plugin = { instance, frames: [], events: [], answers: [], resyncs: [], welcomes: 0, state: 'idle', offers: 0 }
let port, sequence, received, waiting, nonce

plugin.knock = (again = nonce) => {
  nonce = again ?? Array.from(crypto.getRandomValues(new Uint8Array(8))).join('-')
  parent.postMessage(JSON.stringify({ smartagent: 'knock', versions: [1], nonce }), '*')
}
const post = (frame) => port.postMessage(JSON.stringify(frame))
plugin.post = post
plugin.raw = (data) => port.postMessage(data)
plugin.hangUp = () => port.close()

addEventListener('message', ({ source, data, ports }) => {
  if (source !== parent || typeof data !== 'string' || ports.length !== 1) return
  const offer = JSON.parse(data)
  if (offer.smartagent !== 'offer' || offer.nonce !== nonce) return
  plugin.offers++
  port = ports[0]
  sequence = received = 0
  waiting = new Map()
  port.onmessage = ({ data }) => take(JSON.parse(data))
  plugin.state = 'connecting'
  post({ type: 'hello', versions: [1], plugin: { id: 'whoever.i-say', version: '1.0.0', instance }, auth: { scheme: 'bearer', token: 'stolen' },
    sdk: { name: 'foreign', version: '0.0.1', runtime: 'browser' }, ...window.moreHello })
})

function take(frame) {
  plugin.frames.push(frame.type)
  if (frame.seq) {
    if (frame.seq !== received + 1) throw new Error('sequence')
    received = frame.seq
  }
  if (frame.type === 'welcome') { plugin.welcome = frame; plugin.welcomes++; plugin.state = 'ready' }
  if (frame.type === 'ping' && !plugin.mute) post({ type: 'pong', n: frame.n, ack: received })
  if (frame.type === 'event') { plugin.events.push(frame.event); post({ type: 'ack', ack: received }) }
  if (frame.type === 'response') {
    plugin.answers.push(frame)
    waiting.get(frame.id)?.(frame)
    post({ type: 'ack', ack: received })
  }
  if (frame.type === 'goodbye' || (frame.type === 'error' && frame.fatal)) {
    plugin.last = frame
    plugin.state = 'lost'
    if (frame.resume) { nonce = undefined; plugin.knock() }
  }
}

let ids = 0
plugin.request = (method, payload = {}, more = {}) => new Promise((resolve) => {
  const id = instance.slice(0, 8) + '-' + ++ids
  waiting.set(id, resolve)
  post({ type: 'request', seq: ++sequence, id, method, deadlineMs: 9000, payload, ...more })
})
plugin.goodbye = () => post({ type: 'goodbye', closeCode: 1000, reason: 'closed', resume: false })
for (const ms of [0, 100, 300, 1000, 3000]) setTimeout(() => { if (plugin.offers === 0 && !plugin.silent) plugin.knock() }, ms)
`
