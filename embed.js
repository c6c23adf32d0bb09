export { SmartAgentError } from './js/errors.js'
export { embedPlugin, embedPlugin as default } from './js/browser/embed.js'
