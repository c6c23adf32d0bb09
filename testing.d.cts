// The types of `require('smartagent-plugin-sdk/testing')`: those of testing.d.ts, for compilers that tell the two kinds of module apart.
import type * as esm from './testing.js' with { 'resolution-mode': 'import' }

export type * from './testing.js' with { 'resolution-mode': 'import' }
export declare const createTestHost: typeof esm.createTestHost
export default createTestHost
