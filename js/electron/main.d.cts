// The types of `require('smartagent-plugin-sdk/electron/main')`: those of main.d.ts, for compilers that tell the two kinds of module apart.
import type * as esm from './main.js' with { 'resolution-mode': 'import' }

export type * from './main.js' with { 'resolution-mode': 'import' }
export declare const connectPlugin: typeof esm.connectPlugin
export declare const forwardParentPort: typeof esm.forwardParentPort
export declare const parentPort: typeof esm.parentPort
export declare const servePlugin: typeof esm.servePlugin
