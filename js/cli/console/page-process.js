// The plugin's process beside a desk with a page: it may end and be started again.
import { PluginProcess } from '../plugin-process.js'

/**
 * @typedef {import('./protocol.js').DeskState} DeskState
 * @typedef {{ SMARTAGENT_URL: string, SMARTAGENT_TOKEN: string }} PluginEnvironment
 */

export class PageProcess {
  #options
  /** @type {PluginProcess | null} */
  #process = null
  /** @type {PluginEnvironment | null} */
  #env = null
  /** Why it ended by itself. @type {string | null} */
  #ended = null

  /** @param {{ command: string[], timeline: import('../timeline.js').Timeline, changed: () => void }} options no command: no process */
  constructor(options) {
    this.#options = options
  }

  /** @returns {DeskState['process']} */
  get view() {
    const { command } = this.#options
    if (command.length === 0) return null
    return { command: command.join(' '), state: this.#ended === null ? 'running' : 'ended', reason: this.#ended }
  }

  /** @param {PluginEnvironment} env */
  start(env) {
    const { command, timeline, changed } = this.#options
    if (command.length === 0) return
    this.#env = env
    this.#ended = null
    this.#process = new PluginProcess({
      command, env,
      onLine: (stream, line) => timeline.write('log', stream, { payload: { line } }),
      onUnexpectedEnd: (reason) => {
        this.#ended = reason
        timeline.write('state', 'plugin_ended', { error: { message: reason } })
        changed()
      },
    })
    changed()
  }

  /** @returns {Promise<'process'[]>} what was started again */
  async restart() {
    if (this.#env === null) return []
    await this.stop()
    this.start(this.#env)
    return ['process']
  }

  async stop() {
    await this.#process?.stop()
  }
}
