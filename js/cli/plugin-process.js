// A plugin as a separate process of the dev desktop: started with the address and token, watched, and stopped.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** The bundled plugin as a Node service. */
export const SAMPLE_PLUGIN = fileURLToPath(new URL('../../sample-plugin/plugin.js', import.meta.url))
/** How long a plugin may take to end itself before it is ended. */
const GRACE_MS = 1_000
/** The line of a crash that says what it was, above its stack. */
const ERROR_LINE = /^\s*(?:Uncaught )?[\w.$]*(?:Error|Exception)\b.*: /

/**
 * @typedef {object} PluginProcessOptions
 * @property {string[]} command
 * @property {{SMARTAGENT_URL: string, SMARTAGENT_TOKEN: string}} env
 * @property {(stream: 'stdout' | 'stderr', line: string) => void} onLine
 * @property {(reason: string) => void} onUnexpectedEnd called once, with a sentence, unless `stop` was called before
 */

export class PluginProcess {
  #child
  #stopping = false
  #ended = false
  /** What the plugin last said on standard error: an error in preference to anything else. */
  #lastWords = ''
  #done

  /** @param {PluginProcessOptions} options */
  constructor({ command, env, onLine, onUnexpectedEnd }) {
    const [program, ...args] = command
    const child = spawn(/** @type {string} */ (program), args, {
      env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true,
      // There the commands of packages are scripts, which only a shell runs.
      shell: process.platform === 'win32' && !/\.(?:exe|com)$/i.test(/** @type {string} */ (program)),
    })
    this.#child = child
    for (const stream of /** @type {const} */ (['stdout', 'stderr'])) {
      createInterface({ input: child[stream], crlfDelay: Infinity }).on('line', (line) => {
        if (stream === 'stderr') this.#remember(line)
        onLine(stream, line)
      })
    }
    this.#done = new Promise((resolve) => {
      const end = (/** @type {string} */ reason) => {
        if (this.#ended) return
        this.#ended = true
        if (!this.#stopping) onUnexpectedEnd(reason)
        resolve(undefined)
      }
      child.once('error', (error) => end(`the plugin did not start: ${error.message}`))
      child.once('close', (code, signal) => end(this.#reason(code, signal)))
    })
  }

  /** @param {number | null} code @param {NodeJS.Signals | null} signal */
  #reason(code, signal) {
    const how = signal === null ? `with exit code ${code}` : `by ${signal}`
    return `the plugin ended ${how} without being told to${this.#lastWords === '' ? '' : `: ${this.#lastWords}`}`
  }

  /** @param {string} line */
  #remember(line) {
    const isError = ERROR_LINE.test(line)
    if (isError || (line.trim() !== '' && !ERROR_LINE.test(this.#lastWords))) this.#lastWords = line.trim()
  }

  /** Ends the plugin: first it is asked, then it is made to. Resolves when it is gone. */
  async stop() {
    this.#stopping = true
    if (this.#ended) return
    this.#child.kill('SIGTERM')
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), GRACE_MS)
    await this.#done
    clearTimeout(timer)
  }
}
