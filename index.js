import { SmartAgent } from './js/client.js'

export { SmartAgentError } from './js/errors.js'
export { parentWindow } from './js/parent-window.js'
export { messagePort, preloadPort, websocket } from './js/transports.js'
export { SmartAgent }
export default SmartAgent
