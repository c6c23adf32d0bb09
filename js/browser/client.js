// @ts-check
import { createSession } from './session.js'

/** A plugin's side of the link to the desktop, in a page. See index.d.ts for the contract of each member. */
export class SmartAgent {
  state = 'idle'

  /** @param {any} [options] */
  constructor(options) {
    createSession(this, options)
  }

  // A page lives on its own; these are for code that runs in Node too.
  ref() {
    return this
  }

  unref() {
    return this
  }
}
