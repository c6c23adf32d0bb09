import SmartAgent from 'smartagent-plugin-sdk'

// The desktop that may embed this page. Without it, any port of this machine may: right for development, and only there.
const desktop = new URLSearchParams(location.search).get('desktop')
const sm = new SmartAgent({ ...(desktop ? { allowedOrigins: [desktop] } : {}), plugin: { id: 'example.plugin-page' } })
const show = (/** @type {string} */ id, /** @type {string} */ text) => {
  const element = /** @type {HTMLElement} */ (document.getElementById(id))
  if (element.tagName === 'UL') element.append(Object.assign(document.createElement('li'), { textContent: text }))
  else element.textContent = text
}

sm.on('incoming_call', ({ phoneNumber }) => show('calls', `${phoneNumber ?? 'somebody'} is calling`))
sm.on('call_ended', ({ durationMs }) => show('calls', `the call took ${Math.round(durationMs / 1_000)} s`))

sm.init().then(
  ({ user }) => show('agent', `Hello ${user?.name ?? 'agent'}`),
  ({ code, message }) => show('agent', `${code}: ${message}`),
)
