import { SmartAgentHost } from './js/host.js'

export { SmartAgentError } from './js/errors.js'
export { readRecording, replayRecording } from './js/recordings.js'
export { SmartAgentHost }
export default SmartAgentHost
