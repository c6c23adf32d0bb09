'use strict'
// A preload script with the native SDK in the process of its frame, which needs a window without the sandbox.
const { SmartAgent, parentWindow } = require('../../../index.cjs')

if (window.parent !== window) {
  const origin = new URLSearchParams(location.search).get('desktop') ?? ''
  const sm = new SmartAgent({ transport: parentWindow({ allowedOrigins: [origin] }) })
  sm.init().then(() => sm.setTitleTag('native in the frame'), (error) => console.error(error))
  window.addEventListener('pagehide', () => void sm.close())
}
