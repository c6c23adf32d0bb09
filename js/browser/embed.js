// @ts-check
/// <reference lib="dom" />
import { Backoff } from './embed-backoff.js'
import { goodbyeFrame } from './embed-frames.js'
import { Knocks } from './embed-knocks.js'
import { checkOptions } from './embed-options.js'
import { watchPresence } from './embed-presence.js'
import { Relay } from './embed-relay.js'
import { Statuses } from './embed-status.js'

/** @typedef {{close(code: number, lastFrame?: string): unknown, probe(): void}} Link */

/** What a frame may take to load, before its silence is worth a word. */
const LOAD_TIMEOUT_MS = 30_000

/**
 * Shows a plugin in an iframe and links it to a host.
 * @param {HTMLIFrameElement} iframe @param {import('../../embed.js').EmbedOptions} options
 * @returns {import('../../embed.js').Embedding}
 */
export function embedPlugin(iframe, options) {
  const embedding = new FrameEmbedding(iframe, checkOptions(iframe, options))
  const { statuses } = embedding
  return {
    get state() { return statuses.current.state },
    get status() { return statuses.current },
    on: (event, listener) => statuses.on(event, listener),
    reload: () => embedding.reload(),
    remove: () => embedding.remove(),
  }
}

class FrameEmbedding {
  statuses = new Statuses()
  #iframe
  #settings
  #backoff = new Backoff()
  #knocks
  #stopWatching
  #view
  /** @type {Link | undefined} */
  #link
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #silence
  /** @type {string | undefined} */
  #stranger
  #removed = false

  /** @param {HTMLIFrameElement} iframe @param {import('./embed-options.js').Settings} settings */
  constructor(iframe, settings) {
    this.#iframe = iframe
    this.#settings = settings
    this.#view = /** @type {Window} */ (iframe.ownerDocument.defaultView)
    // Listening comes first: the page may knock as soon as it is there.
    this.#knocks = new Knocks(iframe, settings.origin, {
      knock: (port) => this.#connect(port),
      stranger: (origin) => this.#refuseStranger(origin),
    })
    this.#stopWatching = watchPresence(iframe, (present) => this.#moved(present))
    iframe.addEventListener('load', this.#loaded)
    this.#view.addEventListener('pagehide', this.#hidden)
    iframe.setAttribute('sandbox', settings.sandbox)
    iframe.setAttribute('allow', settings.allow)
    iframe.src = settings.url
    this.#expectKnock(LOAD_TIMEOUT_MS)
  }

  reload() {
    if (this.#removed) return
    this.#drop(1000, undefined)
    this.#stranger = undefined
    this.statuses.set('loading', 'loading', 'the plugin\'s page is loading')
    this.#expectKnock(LOAD_TIMEOUT_MS)
    const { parentNode, nextSibling } = this.#iframe
    this.#iframe.src = this.#settings.url
    // With a fragment in it the same address would be no navigation; a frame that is put in anew always loads.
    if (new URL(this.#settings.url).hash !== '') parentNode?.insertBefore(this.#iframe, nextSibling)
  }

  remove() {
    if (this.#removed) return
    this.#removed = true
    this.#knocks.stop()
    this.#stopWatching()
    this.#iframe.removeEventListener('load', this.#loaded)
    this.#view.removeEventListener('pagehide', this.#hidden)
    this.#drop(1000, goodbyeFrame(4513, 'the desktop has removed this plugin', false))
    this.#iframe.remove()
    this.statuses.set('gone', 'removed', 'the plugin was removed')
    this.statuses.silence()
  }

  /** A document has knocked: the older one's port ends before the new one's begins. @param {MessagePort} port */
  #connect(port) {
    this.#drop(1000, undefined)
    this.#stranger = undefined
    this.statuses.set('connecting', 'connecting', 'the plugin connects to the host')
    const { host, plugin, origin, agent } = this.#settings
    if (typeof host === 'string') this.#link = this.#relay(port)
    else {
      const attached = host.attachPort(port, { origin, plugin, ...(agent === undefined ? {} : { agent }) })
      // Who can say goodbye closes the port after it.
      const link = this.#link = { probe() {}, close: () => attached?.close ? attached.close() : port.close() }
      this.statuses.set('ready', 'ready', 'the plugin is linked to the host')
      void attached?.closed?.then(() => {
        if (this.#link !== link) return
        this.#link = undefined
        this.statuses.set('loading', 'left', 'the host has ended the link')
      })
    }
  }

  /** @param {MessagePort} port @returns {Link} */
  #relay(port) {
    const { statuses } = this
    return new Relay(port, this.#settings, this.#backoff, {
      ready: () => statuses.set('ready', 'ready', 'the plugin is linked to the host'),
      waiting: (why) => statuses.set('connecting', 'host_unreachable', why, 'E_UNAVAILABLE'),
      responding: (responds) => responds
        ? statuses.set('ready', 'ready', 'the plugin answers again')
        : statuses.set('not-responding', 'missed_pong', 'the plugin\'s page does not answer: it is busy, frozen or in the background'),
      ended: (why, stop) => {
        this.#link = undefined
        // The same document may knock again, with a number of its own.
        if (stop !== undefined) statuses.set('stopped', 'stopped', why, stop.code)
        else statuses.set('connecting', 'host_lost', why, 'E_UNAVAILABLE')
      },
      left: () => {
        this.#link = undefined
        statuses.set('loading', 'left', 'the plugin ended its link; its page leaves, or calls init() again')
      },
    })
  }

  /** @param {number} code @param {string | undefined} lastFrame */
  #drop(code, lastFrame) {
    clearTimeout(this.#silence)
    this.#link?.close(code, lastFrame)
    this.#link = undefined
  }

  #loaded = () => {
    this.#link?.probe()
    if (this.#link === undefined && this.statuses.current.state === 'loading') this.#expectKnock(this.#settings.knockTimeoutMs)
  }

  /** This page leaves, perhaps to come back from the browser's cache, in which no socket may be open. */
  #hidden = () => {
    this.#drop(1000, goodbyeFrame(1001, 'the desktop\'s page leaves', true))
    this.statuses.set('loading', 'left', 'this page was left')
  }

  /** @param {boolean} present */
  #moved(present) {
    this.#drop(1000, undefined)
    this.#knocks.forget()
    if (!present) return this.statuses.set('gone', 'removed', 'the iframe is not in the page any more')
    this.statuses.set('loading', 'loading', 'the plugin\'s page is loading')
    this.#expectKnock(LOAD_TIMEOUT_MS)
  }

  /** Whoever was linked is gone: one frame shows one document. @param {string} origin */
  #refuseStranger(origin) {
    this.#stranger = origin
    this.#drop(1000, undefined)
    this.#explainSilence()
  }

  /** @param {number} ms */
  #expectKnock(ms) {
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => this.#explainSilence(), ms)
  }

  #explainSilence() {
    const { origin } = this.#settings
    if (this.#stranger === undefined) {
      this.statuses.set('not-responding', 'no_knock', `no page of ${origin} has knocked: does it load, may it be framed here (X-Frame-Options, `
        + 'frame-ancestors), and does it call init() of a SmartAgent?')
    } else if (this.#stranger === 'null') {
      this.statuses.set('not-responding', 'wrong_origin', 'the frame shows a page of an opaque origin, which is not linked: '
        + 'sandbox needs allow-same-origin, and about:, data: and srcdoc pages are nobody\'s', 'E_ORIGIN')
    } else {
      this.statuses.set('not-responding', 'wrong_origin', `the frame shows a page of ${this.#stranger}, and ${origin} was to be linked: `
        + 'if that page is the plugin, name its origin in the option origin', 'E_ORIGIN')
    }
  }
}
