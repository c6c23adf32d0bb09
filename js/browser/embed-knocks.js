// @ts-check
/// <reference lib="dom" />
const MAX_KNOCK_BYTES = 1_024
const MAX_NONCE = 128
const PER_SECOND = 10

/**
 * Hears the knocks of one frame: the host's half of the handshake of a MessagePort. A WindowProxy survives navigation, so
 * a knock counts only with its frame and its exact origin, and the answer goes to that origin alone.
 */
export class Knocks {
  /** @type {number[]} */
  #recent = []
  /** @type {string | undefined} */
  #nonce
  #iframe
  #origin
  #view
  #on

  /**
   * @param {HTMLIFrameElement} iframe
   * @param {string} origin
   * @param {{knock: (port: MessagePort) => void, stranger: (origin: string) => void}} on `knock` gets the host's end of a
   *   fresh channel; `stranger` an origin that knocked from the frame and is not the plugin's
   */
  constructor(iframe, origin, on) {
    this.#iframe = iframe
    this.#origin = origin
    this.#view = /** @type {Window} */ (iframe.ownerDocument.defaultView)
    this.#on = on
    this.#view.addEventListener('message', this.#hear)
  }

  stop() {
    this.#view.removeEventListener('message', this.#hear)
  }

  /** The next knock is a new one, whatever its nonce. */
  forget() {
    this.#nonce = undefined
  }

  #hear = (/** @type {MessageEvent} */ { source, origin, data }) => {
    // A frame out of the document has no window, and a dead page's message no source: those two are not the same.
    if (source === null || source !== this.#iframe.contentWindow) return
    const nonce = nonceOf(data)
    if (nonce === undefined) return
    if (origin !== this.#origin) return this.#on.stranger(origin)
    if (nonce === this.#nonce || this.#isFlood()) return
    this.#nonce = nonce
    const { port1, port2 } = new MessageChannel()
    const offer = JSON.stringify({ smartagent: 'offer', nonce })
    this.#on.knock(port1)
    // An opaque origin cannot be named; it is accepted only where it was asked for.
    ;/** @type {Window} */ (source).postMessage(offer, origin === 'null' ? '*' : origin, [port2])
  }

  #isFlood() {
    const now = performance.now()
    this.#recent = this.#recent.filter((at) => now - at < 1_000)
    if (this.#recent.length >= PER_SECOND) return true
    this.#recent.push(now)
    return false
  }
}

/** @param {unknown} data @returns {string | undefined} */
function nonceOf(data) {
  if (typeof data !== 'string' || data.length > MAX_KNOCK_BYTES || new TextEncoder().encode(data).length > MAX_KNOCK_BYTES) return undefined
  try {
    const { smartagent, nonce } = JSON.parse(data)
    return smartagent === 'knock' && typeof nonce === 'string' && nonce.length > 0 && nonce.length <= MAX_NONCE ? nonce : undefined
  } catch {
    return undefined
  }
}
