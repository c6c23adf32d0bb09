// The same module as the package's name gives. Made from js/sdk.js by scripts/bundle.mjs.
export { SmartAgent, SmartAgent as default, SmartAgentError, messagePort, parentWindow, preloadPort, websocket } from './js/bundle.js'
