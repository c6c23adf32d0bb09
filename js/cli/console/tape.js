// The recording of a run with a page: kept in memory for its export, and written to a file where one was asked for.
import { createWriteStream } from 'node:fs'
import { Writable } from 'node:stream'

import { SmartAgentError } from '../../errors.js'

/** Bytes kept: hours of calls. Past it the recording goes on in the file alone. */
const MAX_BYTES = 16 * 1_048_576

/** @typedef {import('smartagent-plugin-sdk/host').SmartAgentHost} SmartAgentHost */

export class Tape {
  /** @type {string[]} */
  #lines = []
  #bytes = 0
  #full = false
  #redact
  #file
  #hosts = 0

  /** @param {{ file?: string, redact: boolean }} options */
  constructor({ file, redact }) {
    this.#redact = redact
    this.#file = file === undefined ? null : createWriteStream(file, { mode: 0o600 })
  }

  /** Records a host. The next one begins anew: its times are its own. @param {SmartAgentHost} host */
  follow(host) {
    this.#hosts += 1
    const isFirst = this.#hosts === 1
    ;[this.#lines, this.#bytes, this.#full] = [[], 0, false]
    const number = this.#hosts
    const write = (/** @type {string} */ text) => {
      if (isFirst) this.#file?.write(text)
      if (number === this.#hosts) this.#keep(text)
    }
    host.record(new Writable({ decodeStrings: false, write: (chunk, _, done) => done(void write(String(chunk))) }), { redact: this.#redact })
  }

  /** @param {boolean} redact @returns {{ name: string, text: string }} */
  copy(redact) {
    if (!redact && this.#redact) {
      throw new SmartAgentError('E_CONFLICT', "customers' data is left out of this run's recording: start the desk with --no-redact")
    }
    if (redact && !this.#redact) throw new SmartAgentError('E_CONFLICT', "this run was started with --no-redact: its recording holds customers' data")
    if (this.#full) throw new SmartAgentError('E_TOO_LARGE', 'the recording is larger than 16 MiB: start the desk with --record <file>')
    return { name: `smartagent-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.ndjson`, text: this.#lines.join('') }
  }

  /** @returns {Promise<void>} when everything is written */
  close() {
    return new Promise((resolve) => {
      if (this.#file === null) resolve()
      else this.#file.end(() => resolve())
    })
  }

  /** @param {string} text */
  #keep(text) {
    this.#bytes += text.length
    if (this.#bytes > MAX_BYTES) [this.#full, this.#lines] = [true, []]
    else if (!this.#full) this.#lines.push(text)
  }
}
