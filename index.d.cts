// The types of `require('smartagent-plugin-sdk')`: those of index.d.ts, for compilers that tell the two kinds of module apart.
import type * as esm from './index.js' with { 'resolution-mode': 'import' }

export type * from './index.js' with { 'resolution-mode': 'import' }
export declare const SmartAgent: typeof esm.SmartAgent
export type SmartAgent = esm.SmartAgent
export declare const SmartAgentError: typeof esm.SmartAgentError
export type SmartAgentError = esm.SmartAgentError
export declare const messagePort: typeof esm.messagePort
export declare const preloadPort: typeof esm.preloadPort
export declare const parentWindow: typeof esm.parentWindow
export declare const websocket: typeof esm.websocket
export default SmartAgent
