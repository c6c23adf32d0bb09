// @ts-check
// Starting the processes of a run, and what they say.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { ROOT } from '../scripts/steps.mjs'

/** Whether processes can be tied to a processor here. */
export const CAN_PIN = process.platform === 'linux' && availableParallelism() > 1
  && ['/usr/bin/taskset', '/bin/taskset'].some((file) => existsSync(file))

/** A process that prints lines of JSON. */
export class Teller {
  /** @type {any[]} */
  #lines = []
  /** @type {(() => void) | undefined} */
  #news
  #over = false
  #errors = ''

  /** @param {string[]} command @param {{ cpu?: number }} [options] the processor it is tied to, where that can be done */
  constructor(command, { cpu } = {}) {
    const [program, ...args] = cpu !== undefined && CAN_PIN ? ['taskset', '-c', String(cpu), ...command] : command
    this.child = spawn(/** @type {string} */ (program), args, { cwd: ROOT, stdio: ['pipe', 'pipe', 'pipe'] })
    createInterface({ input: this.child.stdout }).on('line', (line) => this.#take(line))
    this.child.stderr.on('data', (text) => void (this.#errors += text))
    this.child.once('error', (error) => void (this.#errors += error))
    this.ended = new Promise((resolve) => void this.child.once('close', () => resolve(this.#end())))
  }

  /** The next line. @returns {Promise<any>} */
  async next(withinMs = 120_000) {
    if (this.#lines.length === 0 && !this.#over) {
      await new Promise((/** @type {(value?: any) => void} */ resolve) => {
        const timer = setTimeout(resolve, withinMs)
        this.#news = () => (clearTimeout(timer), resolve())
      })
    }
    if (this.#lines.length > 0) return this.#lines.shift()
    this.stop()
    throw new Error(`${this.child.spawnargs.join(' ')} said nothing: ${this.#errors.trim().slice(0, 400) || 'no reason given'}`)
  }

  /** Tells the process something. @param {Record<string, unknown>} words */
  say(words) {
    this.child.stdin.write(`${JSON.stringify(words)}\n`)
  }

  stop() {
    this.child.kill('SIGKILL')
    return this.ended
  }

  /** @param {string} line */
  #take(line) {
    if (!line.startsWith('{')) return void (this.#errors += `${line}\n`)
    this.#lines.push(JSON.parse(line))
    this.#news?.()
  }

  #end() {
    this.#over = true
    this.#news?.()
  }
}

/** @param {string} file under benchmark/contestants @param {string[]} args @param {{ cpu?: number }} [options] */
export function contestant(file, args, options) {
  return new Teller([process.execPath, path.join('benchmark', 'contestants', file), ...args], options)
}

/** @param {string} binary @param {string} role @param {Record<string, string | number | boolean>} settings @param {{ cpu?: number }} [options] */
export function traffic(binary, role, settings, options) {
  return new Teller([binary, role, ...Object.entries(settings).map(([key, value]) => `${key}=${value}`)], options)
}
