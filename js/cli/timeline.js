// The live timeline: every record of a run, as a readable line or as one JSON object a line.

/**
 * One thing that happened. `at` is milliseconds since the start of the run.
 * @typedef {'action' | 'event' | 'message' | 'answer' | 'state' | 'expectation' | 'log' | 'summary'} RecordKind
 * @typedef {{at: number, kind: RecordKind, name: string, plugin?: string, payload?: unknown,
 *   error?: {code?: string, message: string}, ok?: boolean}} TimelineRecord
 */

/** @type {Record<RecordKind, {sign: string, color: number}>} */
const LOOK = {
  action: { sign: '●', color: 33 },
  event: { sign: '→', color: 36 },
  message: { sign: '←', color: 35 },
  answer: { sign: '→', color: 32 },
  state: { sign: '·', color: 90 },
  expectation: { sign: '✓', color: 32 },
  log: { sign: '│', color: 90 },
  summary: { sign: '■', color: 1 },
}
const RED = 31
const DIM = 90
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/
/** Columns where the output is not a terminal. */
const DEFAULT_WIDTH = 140

/**
 * Escapes what could steer a terminal or turn its text around: control characters and bidirectional marks.
 * @param {string} text
 */
export function printable(text) {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Writes records to a stream, in the order they are given. */
export class Timeline {
  #started = performance.now()
  #stream
  #json
  #color
  #ended = false
  #each

  /**
   * @param {{stream: NodeJS.WriteStream, json: boolean, env?: NodeJS.ProcessEnv, each?: (record: TimelineRecord) => void}} options `each` gets
   *   every record too
   */
  constructor({ stream, json, env = process.env, each = () => {} }) {
    this.#stream = stream
    this.#json = json
    this.#each = each
    this.#color = !env.NO_COLOR && (stream.isTTY === true || Boolean(env.FORCE_COLOR))
  }

  /**
   * Writes one record.
   * @param {RecordKind} kind
   * @param {string} name
   * @param {{plugin?: string, payload?: unknown, error?: {code?: string, message: string}, ok?: boolean, tookMs?: number}} [details]
   *   `tookMs` is for people: in JSON it is the difference of two `at`
   */
  write(kind, name, { tookMs, ...details } = {}) {
    if (this.#ended) return
    /** @type {TimelineRecord} */
    const record = { at: Math.round(performance.now() - this.#started), kind, name, ...details }
    this.#each(record)
    this.#stream.write(`${this.#json ? JSON.stringify(record) : this.#line(record, tookMs)}\n`)
  }

  /** Drops what comes after: a summary that is the last record stays the last. */
  end() {
    this.#ended = true
  }

  /**
   * Writes a line for people; in JSON there is none.
   * @param {string} text
   */
  say(text) {
    if (!this.#json) this.#stream.write(`${text}\n`)
  }

  /** @param {TimelineRecord} record @param {number} [tookMs] */
  #line({ at, kind, name, plugin, payload, error, ok }, tookMs) {
    const failed = error !== undefined || ok === false
    const { sign, color } = LOOK[kind]
    const line = kind === 'log' && typeof payload === 'object' && payload !== null && 'line' in payload ? payload.line : payload
    const time = `${(at / 1000).toFixed(3).padStart(8)} s`
    const took = tookMs === undefined ? '' : `${tookMs === 0 ? '<1' : tookMs} ms`
    const left = `${time}  ${failed ? '✗' : sign} ${kind.padEnd(11)} `
    const title = `${printable(name).padEnd(22)} ${took.padStart(7)}  ${printable(plugin ?? '').padEnd(15)} `
    const width = this.#stream.isTTY ? this.#stream.columns : DEFAULT_WIDTH
    // A reason for a failure is never cut.
    const rest = error === undefined
      ? clip(compact(line), Math.max(20, width - left.length - title.length))
      : printable(`${error.code === undefined ? '' : `${error.code}: `}${error.message}`)
    return `${this.#paint(time, DIM)}${this.#paint(left.slice(time.length), failed ? RED : color)}${title}${this.#paint(rest, failed ? RED : DIM)}`.trimEnd()
  }

  /** @param {string} text @param {number} color */
  #paint(text, color) {
    return this.#color && text.trim() !== '' ? `\u001b[${color}m${text}\u001b[0m` : text
  }
}

/**
 * A payload in a few words: its own members, and of what lies deeper only that it is there.
 * @param {unknown} payload
 */
function compact(payload) {
  if (payload === undefined || payload === null) return ''
  if (typeof payload !== 'object') return printable(String(payload))
  return Object.entries(payload)
    // The contact is in nearly every payload and repeats the rest.
    .filter(([key, value]) => key !== 'contact' && value !== null && value !== undefined)
    .map(([key, value]) => `${printable(key)}=${brief(value)}`)
    .join(' ')
}

/** @param {unknown} value @returns {string} */
function brief(value) {
  if (typeof value === 'string' && UUID.test(value)) return `${value.slice(0, 8)}…`
  if (typeof value === 'string') return /[\s=]/.test(value) || value === '' ? printable(JSON.stringify(value)) : printable(value)
  if (Array.isArray(value)) return value.every((item) => typeof item !== 'object') ? `[${value.map(brief).join(',')}]` : `[${value.length}]`
  if (typeof value === 'object' && value !== null) {
    const name = /** @type {{name?: unknown}} */ (value).name
    return typeof name === 'string' ? printable(JSON.stringify(name)) : '{…}'
  }
  return String(value)
}

/** @param {string} text @param {number} width */
function clip(text, width) {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`
}
