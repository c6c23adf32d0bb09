// One suite of behaviour for every transport. It imports nothing of Node, so that a page can load it.
//
// A step is `{ name, host?, needs?, run(ctx) }`. `host` are options of the `SmartAgentHost` that the step runs against,
// as JSON. `needs` names what a carrier may lack:
//
// - `drop`: `desk.drop()` breaks the link and `desk.restore()` lets it come back;
// - `resume`: a link that comes back goes on with its session;
// - `again`: after `close()` the same client can `init()` once more;
// - `paced`: calls leave no faster than the desktop takes them;
// - `checks`: the client itself refuses what is no message, and names the option that is wrong. A page's client leaves that
//   to the host, and refuses only what would break the link.
//
// `ctx` is what a carrier gives for one step:
//
// - `make(options?)`: a new `SmartAgent` on the transport under test, with the plugin id of `samples.js` and these options;
// - `SmartAgentError`: the class that the client's errors are of;
// - `desk`: the other end, whose methods all take and give JSON and return promises (see `desk.js`), so that they can be
//   called from a page over a bridge.
//
// The carrier closes the clients and the desk after the step.
import { CALL_STEPS } from './calls.js'
import { ERROR_STEPS } from './errors.js'
import { EVENT_STEPS } from './events.js'
import { LIFE_STEPS } from './life.js'
import { LINK_STEPS } from './links.js'
import { LISTENER_STEPS } from './listeners.js'

/**
 * @typedef {'drop' | 'resume' | 'again' | 'paced' | 'checks'} Ability
 * @typedef {object} Context
 * @property {(options?: object) => any} make
 * @property {any} SmartAgentError
 * @property {any} desk
 * @typedef {{ name: string, host?: any, needs?: Ability[], run: (ctx: Context) => Promise<void> }} Step
 */

/** Options of the host that every step begins with. */
export const HOST = { companyId: 'acme', limits: { ratePerSecond: 0 } }

/** @type {readonly Step[]} */
export const STEPS = Object.freeze([...LIFE_STEPS, ...LINK_STEPS, ...EVENT_STEPS, ...LISTENER_STEPS, ...CALL_STEPS, ...ERROR_STEPS])
