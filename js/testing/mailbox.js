// @ts-check
import { AssertionError } from 'node:assert'
import { clearTimeout, setTimeout } from 'node:timers'
import { assertMessage } from '../names.js'
import { milliseconds } from '../options.js'

/**
 * @typedef {{ name: string, payload: any, contactId: string | null, plugin: string, session: string, at: number }} Message
 * @typedef {{ name: string, filter: (message: Message) => unknown, settle: (message: Message) => void, fail: (error: unknown) => void }} Waiter
 */

const WAIT_MS = 1_000

/** What plugins have sent. Each message meets one `waitFor`. */
export class Mailbox {
  /** @type {Message[]} */
  messages = []
  /** @type {Set<Message>} */
  #claimed = new Set()
  /** @type {Set<Waiter>} */
  #waiters = new Set()

  /** @param {Message} message */
  receive(message) {
    this.messages.push(message)
    for (const waiter of this.#waiters) {
      if (!this.#meets(waiter, message)) continue
      this.#waiters.delete(waiter)
      this.#claimed.add(message)
      return waiter.settle(message)
    }
  }

  /**
   * The first message of that name that no earlier call was given, now or within `timeoutMs` of real time.
   * @param {string} name @param {{ timeoutMs?: number, filter?: (message: Message) => unknown }} options
   * @returns {Promise<Message>}
   */
  waitFor(name, { timeoutMs, filter = () => true }) {
    assertMessage(name)
    const limit = milliseconds(timeoutMs, 'timeoutMs', WAIT_MS)
    return new Promise((resolve, reject) => {
      /** @type {Waiter} */
      const waiter = { name, filter, settle: end(resolve), fail: end(reject) }
      const found = this.messages.find((message) => !this.#claimed.has(message) && this.#meets(waiter, message))
      if (found !== undefined) {
        this.#claimed.add(found)
        return resolve(found)
      }
      const timer = setTimeout(() => waiter.fail(this.#assertion(`no matching "${name}" within ${limit} ms`)), limit)
      this.#waiters.add(waiter)
      /** @param {(value: any) => void} settle */
      function end(settle) {
        return (/** @type {any} */ value) => {
          clearTimeout(timer)
          settle(value)
        }
      }
    })
  }

  /** @param {string} [name] */
  assertNone(name) {
    const message = this.messages.find((one) => !this.#claimed.has(one) && (name === undefined || one.name === name))
    if (message !== undefined) throw this.#assertion(`"${message.name}" was sent, which was not expected`)
  }

  /** @param {unknown} error */
  close(error) {
    for (const waiter of this.#waiters) waiter.fail(error)
    this.#waiters.clear()
  }

  /** @param {Waiter} waiter @param {Message} message */
  #meets(waiter, message) {
    return waiter.name === message.name && Boolean(waiter.filter(message))
  }

  /** @param {string} message */
  #assertion(message) {
    const seen = this.messages.length === 0 ? 'none' : this.messages.map(({ name }) => name).join(', ')
    return new AssertionError({ message: `${message}; messages so far: ${seen}` })
  }
}
