// @ts-check
import { SmartAgent } from './client.js'

export { SmartAgentError } from './error.js'
export { messagePort, parentWindow, preloadPort, websocket } from './transports.js'
export { SmartAgent }
export default SmartAgent
