// The types of `require('smartagent-plugin-sdk/host')`: those of host.d.ts, for compilers that tell the two kinds of module apart.
import type * as esm from './host.js' with { 'resolution-mode': 'import' }

export type * from './host.js' with { 'resolution-mode': 'import' }
export declare const SmartAgentHost: typeof esm.SmartAgentHost
export type SmartAgentHost = esm.SmartAgentHost
export declare const SmartAgentError: typeof esm.SmartAgentError
export type SmartAgentError = esm.SmartAgentError
export declare const readRecording: typeof esm.readRecording
export declare const replayRecording: typeof esm.replayRecording
export default SmartAgentHost
