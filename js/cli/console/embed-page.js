// The plugin's page: the one of `--plugin`, or the bundled sample on a port of its own; who it is, and why it would stay empty.
import { openManifest } from '../../native.js'
import { fetchPage } from '../doctor/fetch-page.js'
import { checkPage } from '../doctor/page-checks.js'
import { startSamplePage } from './sample-page.js'

/**
 * @typedef {import('./protocol.js').EmbedView} EmbedView
 * @typedef {EmbedView['plugin']} Plugin
 */

/** A development server that is started with the desk takes a moment. */
const APPEARS_WITHIN_MS = 30_000
const LOOK_AGAIN_MS = 500
const MANIFEST_WITHIN_MS = 1_500

export class EmbedPage {
  /** @type {EmbedView} */
  #view
  #desktop
  #changed
  #close
  #named
  #closed = false

  /**
   * @param {EmbedView} view
   * @param {{ desktop: string, changed: () => void, close: () => void, named: (() => Promise<Plugin>) | null }} options `named` asks the
   *   plugin's server who it is
   */
  constructor(view, { desktop, changed, close, named }) {
    this.#view = view
    this.#desktop = desktop
    this.#changed = changed
    this.#close = close
    this.#named = named
  }

  /**
   * @param {object} options
   * @param {string | undefined} options.plugin the page's address; else the sample
   * @param {string | undefined} options.type
   * @param {string[]} options.desktops origins of the desk's page, the printed one first
   * @param {string} options.host the link's address
   * @param {string} options.token
   * @param {() => void} options.changed
   */
  static async open({ plugin, type, desktops, host, token, changed }) {
    const sample = plugin === undefined ? await startSamplePage(desktops) : null
    const url = sample?.url ?? /** @type {string} */ (plugin)
    const { origin } = new URL(url)
    const chosen = /** @type {Plugin['type'] | undefined} */ (type)
    /** @type {Plugin} */
    const stranger = sample === null ? { id: 'plugin', name: 'Plugin', type: 'default' } : { id: 'sample-plugin', name: 'Sample plugin', type: 'call' }
    const said = sample === null ? await manifestOf(url) : null
    const named = (/** @type {Plugin | null} */ manifest) => ({ ...stranger, ...manifest, ...(chosen === undefined ? {} : { type: chosen }) })
    const own = named(said)
    const view = { url, origin, plugin: own, host, token, sample: sample !== null, reloads: 0, problem: null }
    const page = new EmbedPage(view, { desktop: /** @type {string} */ (desktops[0]), changed, close: () => sample?.close(), named: sample === null ? async () => named(await manifestOf(url)) : null })
    void page.#awaitPage()
    return page
  }

  get view() {
    return this.#view
  }

  /** Has the page reload its frame. */
  async reload() {
    const problem = await this.#problem()
    const plugin = problem === null ? await this.#named?.() : undefined
    this.#view = { ...this.#view, problem, plugin: plugin ?? this.#view.plugin, reloads: this.#view.reloads + 1 }
    this.#changed()
  }

  close() {
    this.#closed = true
    this.#close()
  }

  /** Looks until the page answers: then a frame that was empty is loaded once more. */
  async #awaitPage() {
    const end = performance.now() + APPEARS_WITHIN_MS
    for (let problem = await this.#problem(); problem !== null; problem = await this.#problem()) {
      if (this.#closed || performance.now() > end) return
      if (problem.title !== this.#view.problem?.title) {
        this.#view = { ...this.#view, problem }
        this.#changed()
      }
      await new Promise((resolve) => void setTimeout(resolve, LOOK_AGAIN_MS).unref())
    }
    if (this.#view.problem !== null && !this.#closed) await this.reload()
  }

  /** Why the frame would stay empty. */
  async #problem() {
    const found = (await checkPage(this.#view.url, { desktop: this.#desktop })).find(({ verdict }) => verdict === 'problem')
    return found === undefined ? null : { title: found.title, detail: found.detail, todo: found.todo }
  }
}

/** What the plugin's manifest, next to its page, says of it. @param {string} url @returns {Promise<Plugin | null>} */
async function manifestOf(url) {
  const answer = await fetchPage(new URL('smartagent.plugin.json', url).href, { timeoutMs: MANIFEST_WITHIN_MS })
  if (!answer.ok || answer.status !== 200) return null
  try {
    openManifest(answer.body)
    const { id, name, type } = JSON.parse(answer.body)
    return { id, name, type }
  } catch {
    // No manifest: a development server may answer every path with its page.
    return null
  }
}
