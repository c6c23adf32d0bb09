// Run as a process of its own by values.test.js: what a careless page does to the built-ins before and after the SDK loads.
const object = /** @type {any} */ (Object.prototype)
const array = /** @type {any} */ (Array.prototype)
for (const name of ['retryAfterMs', 'issues', 'extra']) {
  Object.defineProperty(object, name, { value: 'polluted', writable: true, configurable: true, enumerable: true })
}
array.toJSON = () => 'polluted'
object.toJSON = () => 'polluted'

const { SmartAgent } = await import('../../index.js')
const { SmartAgentHost } = await import('../../host.js')
const { user } = await import('../desk.js')
const host = new SmartAgentHost({ user, companyId: 'acme' })
const { url } = await host.listen({ port: 0 })
const sm = new SmartAgent({ url, token: host.token })
await sm.init()
const { stringify } = JSON
JSON.stringify = () => 'polluted'
const answer = sm.send('show_notification', { type: 'CREATE_NOTIFICATION', header: 'h', text: 't' })
JSON.stringify = stringify
/** Methods that libraries replace; each throws during one call. @type {[any, string[]][]} */
const replaced = [
  [Array.prototype, ['map', 'filter', 'some', 'includes', 'find', 'flatMap', 'concat', 'join', 'push', 'pop', 'slice', 'indexOf', 'forEach']],
  [RegExp.prototype, ['test', 'exec']],
  [String.prototype, ['replace', 'replaceAll', 'slice', 'includes', 'startsWith']],
  [Map.prototype, ['get', 'has', 'delete', 'forEach']],
]
for (const [prototype, names] of replaced) {
  for (const name of names) {
    const original = prototype[name]
    prototype[name] = () => { throw new Error(`${name} is replaced`) }
    const call = sm.send('show_notification', { type: 'CREATE_NOTIFICATION', header: 'h', text: 't\ud800' })
    prototype[name] = original
    await call
  }
}
const { notificationIds } = await answer
if (!Array.isArray(notificationIds) || notificationIds.length !== 1) throw new Error('the message did not arrive')
await sm.close()
await host.close()
