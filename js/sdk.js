// @ts-check
// What `smartagent-plugin-sdk` gives in Node. Loaded as one file: see scripts/bundle.mjs.
import { SmartAgent } from './client.js'

export { SmartAgentError } from './errors.js'
export { parentWindow } from './parent-window.js'
export { messagePort, preloadPort, websocket } from './transports.js'
export { SmartAgent }
export default SmartAgent
