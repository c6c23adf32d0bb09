// @ts-check
import { createWriteStream } from 'node:fs'

import { badRequest, fromBody, localBody, SmartAgentError, unwrap } from './errors.js'
import { toJson } from './json.js'

/** Bytes that may wait to be written; then the recording ends, as what a desktop hands over cannot be made to wait. */
const MAX_BACKLOG = 64 * 1_048_576

/** How long a host that closes waits for the last lines to be written. */
const CLOSE_PATIENCE_MS = 1_000

/** What a host writes its recordings to: one at a time, though the last lines of one may come after the next has begun. */
export class HostRecording {
  #native
  #report
  /** The first is the one whose lines come now. @type {Recording[]} */
  #recordings = []

  /**
   * @param {{ record(options: string): string, stopRecording(): string }} native
   * @param {(error: SmartAgentError) => void} report
   */
  constructor(native, report) {
    this.#native = native
    this.#report = report
  }

  /**
   * @param {string | URL | NodeJS.WritableStream} target
   * @param {{ redact?: boolean }} [options]
   */
  begin(target, { redact = true } = {}) {
    if (typeof redact !== 'boolean') throw badRequest('redact must be true or false', 'redact')
    const isPath = typeof target === 'string' || target instanceof URL
    if (!isPath && typeof target?.write !== 'function') throw badRequest('a recording goes to a path or a writable stream')
    unwrap(this.#native.record(toJson({ redact }, 'record()')))
    // Only its owner reads a file that may hold customers' data.
    const stream = isPath ? createWriteStream(target, { mode: 0o600 }) : /** @type {import('node:stream').Writable} */ (target)
    const recording = new Recording(stream, isPath, () => void this.#native.stopRecording(), this.#report)
    this.#recordings.push(recording)
    return { stop: () => recording.stop(), get lines() { return recording.lines } }
  }

  /** One line of the recording. @param {string} line */
  write(line) {
    this.#recordings[0]?.write(line)
  }

  /** There are no more lines of a recording. @returns {Promise<void>} when they are written */
  async end() {
    await this.#recordings.shift()?.end()
  }

  /** Its host is gone. @returns {Promise<void>} when everything is written, or after a time */
  async close() {
    /** @type {NodeJS.Timeout | undefined} */
    let timer
    // A stream that takes nothing does not keep a host from closing.
    const patience = new Promise((/** @type {(value?: undefined) => void} */ resolve) => void (timer = setTimeout(resolve, CLOSE_PATIENCE_MS)))
    await Promise.race([Promise.all(this.#recordings.map((recording) => recording.end())), patience])
    clearTimeout(timer)
    this.#recordings = []
  }
}

class Recording {
  lines = 0
  #stream
  #owned
  #stopNative
  #report
  /** @type {(error: Error) => void} */
  #onError
  /** What ended it before its time. @type {boolean} */
  #failed = false
  /** @type {Promise<void>} */
  #done
  /** @type {() => void} */
  #settle = () => {}

  /**
   * @param {import('node:stream').Writable} stream
   * @param {boolean} owned whether the stream is ended with the recording
   * @param {() => void} stopNative
   * @param {(error: SmartAgentError) => void} report
   */
  constructor(stream, owned, stopNative, report) {
    this.#stream = stream
    this.#owned = owned
    this.#stopNative = stopNative
    this.#report = report
    this.#done = new Promise((resolve) => void (this.#settle = resolve))
    this.#onError = (cause) => {
      const why = /** @type {NodeJS.ErrnoException} */ (cause).code ?? cause.name
      this.#fail(new SmartAgentError('E_INTERNAL', `the recording cannot be written: ${why}`, { cause, retryable: false }))
    }
    stream.on('error', this.#onError)
  }

  /** @param {string} line */
  write(line) {
    if (this.#failed) return
    this.lines += 1
    this.#stream.write(`${line}\n`)
    if (this.#stream.writableLength > MAX_BACKLOG) {
      this.#fail(fromBody(localBody('E_OVERFLOW', 'the recording was ended: it cannot be written as fast as it is made')))
    }
  }

  /** @returns {Promise<void>} when everything is written */
  stop() {
    this.#stopNative()
    return this.#done
  }

  /** No line comes any more. @returns {Promise<void>} */
  end() {
    if (this.#failed) this.#finish()
    else if (this.#owned) this.#stream.end(() => this.#finish())
    // An empty write is behind all lines.
    else this.#stream.write('', () => this.#finish())
    return this.#done
  }

  #finish() {
    // An owned stream may still fail while it closes.
    if (!this.#owned) this.#stream.off('error', this.#onError)
    this.#settle()
  }

  /** @param {SmartAgentError} error */
  #fail(error) {
    if (this.#failed) return
    this.#failed = true
    this.#stopNative()
    if (this.#owned) this.#stream.destroy()
    this.#settle()
    this.#report(error)
  }
}
