// The plugin's page: asks for the user, again and again, one question at a time.
import * as comlink from 'comlink'
import { WindowMessenger, connect } from 'penpal'
import SmartAgent from 'smartagent-plugin-sdk'

const query = new URLSearchParams(location.search)
const [contestant, desktop] = ['contestant', 'desktop'].map((name) => String(query.get(name)))
/** A page's clock is coarse: so many calls are timed together. */
const BATCH = 20

/** @type {Record<string, () => Promise<() => Promise<unknown>>>} */
const CONTESTANTS = {
  async ours() {
    const sm = new SmartAgent({ allowedOrigins: [desktop] })
    await sm.init()
    return () => sm.getUser()
  },
  async penpal() {
    const remote = /** @type {any} */ (await connect({ messenger: new WindowMessenger({ remoteWindow: parent, allowedOrigins: [desktop] }) }).promise)
    return () => remote.getUser()
  },
  async comlink() {
    await new Promise((resolve) => addEventListener('message', ({ data }) => { if (data === 'exposed') resolve(undefined) }))
    const remote = /** @type {any} */ (comlink.wrap(comlink.windowEndpoint(parent, self, desktop)))
    return () => remote.getUser()
  },
}
const getUser = await CONTESTANTS[contestant]()

/** Microseconds a call took, one figure for each batch. */
async function measure(/** @type {number} */ batches) {
  const figures = []
  let last
  for (let batch = 0; batch < batches; batch++) {
    const started = performance.now()
    for (let n = 0; n < BATCH; n++) last = await getUser()
    figures.push((performance.now() - started) * 1_000 / BATCH)
  }
  return { figures, last }
}
Object.assign(window, { measure })
