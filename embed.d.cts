// The types of `require('smartagent-plugin-sdk/embed')`: those of embed.d.ts, for compilers that tell the two kinds of module apart.
import type * as esm from './embed.js' with { 'resolution-mode': 'import' }

export type * from './embed.js' with { 'resolution-mode': 'import' }
export declare const embedPlugin: typeof esm.embedPlugin
export declare const SmartAgentError: typeof esm.SmartAgentError
export type SmartAgentError = esm.SmartAgentError
export default embedPlugin
