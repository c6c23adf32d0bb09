// Child processes for tests: started, watched line by line, and always ended with the test.
import { spawn } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..')

/** The environment without what this machine may have set for a plugin or a terminal. */
function cleanEnvironment() {
  const { SMARTAGENT_URL, SMARTAGENT_TOKEN, NODE_TEST_CONTEXT, NODE_OPTIONS, FORCE_COLOR, ...rest } = process.env
  return rest
}

export class Child {
  stdout = ''
  stderr = ''
  #group
  /** @type {Set<() => void>} */
  #watchers = new Set()

  /**
   * @param {import('node:test').TestContext} t ends the process with the test
   * @param {string[]} command
   * @param {{cwd?: string, env?: Record<string, string>, group?: boolean}} [options] a `group` is signalled as a whole, as a terminal does it
   */
  constructor(t, [program, ...args], { cwd = ROOT, env = {}, group = false } = /** @type {any} */ ({})) {
    this.process = spawn(/** @type {string} */ (program), args, { cwd, env: { ...cleanEnvironment(), ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: group })
    this.#group = group
    for (const stream of /** @type {const} */ (['stdout', 'stderr'])) {
      this.process[stream].setEncoding('utf8').on('data', (text) => {
        this[stream] += text
        for (const look of [...this.#watchers]) look()
      })
    }
    /** The exit code, or the signal's name. @type {Promise<number | string>} */
    this.ended = new Promise((resolve, reject) => {
      this.process.once('error', reject)
      this.process.once('close', (code, signal) => resolve(code ?? signal ?? -1))
    })
    t.after(() => this.signal('SIGKILL'))
  }

  /** @param {NodeJS.Signals} name */
  signal(name) {
    const { pid } = this.process
    if (!this.#group || pid === undefined) return void this.process.kill(name)
    try {
      process.kill(-pid, name)
    } catch {
      // All of them are gone.
    }
  }

  /**
   * Resolves with the match as soon as the output has one; rejects with all output when the process ends without.
   * @param {RegExp} pattern
   * @param {'stdout' | 'stderr'} [stream]
   * @returns {Promise<RegExpExecArray>}
   */
  see(pattern, stream = 'stdout') {
    return new Promise((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(this[stream])
        if (match === null) return
        this.#watchers.delete(look)
        resolve(match)
      }
      this.#watchers.add(look)
      look()
      void this.ended.then((code) => reject(new Error(`ended with ${code} before ${pattern}\n${this.stdout}\n${this.stderr}`)), reject)
    })
  }
}
