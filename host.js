import { SmartAgentHost } from './js/host.js'

export { SmartAgentError } from './js/errors.js'
export { SmartAgentHost }
export default SmartAgentHost
