// @ts-check
import { createReadStream } from 'node:fs'
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'

import { badRequest, fromBody, localBody, unwrap } from './errors.js'
import { openRecording } from './native.js'

/** No line of a recording is longer; the reader says so. */
const MAX_LINE = 5 * 1_048_576

/**
 * @typedef {string | URL | Iterable<string> | AsyncIterable<string | Uint8Array>} RecordingSource
 * @typedef {{ at: number, kind: string, [member: string]: any }} Entry
 */

/**
 * The entries of a recording, each checked. The header comes first.
 * @param {RecordingSource} source a path, a stream, or lines
 * @returns {AsyncGenerator<any, void, void>}
 * @throws {import('./errors.js').SmartAgentError} `E_BAD_REQUEST` with file, line and what is wrong, never a value
 */
export async function* readRecording(source) {
  const isPath = typeof source === 'string' || source instanceof URL
  const reader = openRecording(isPath ? String(source) : 'recording')
  for await (const line of isPath ? lines(createReadStream(source)) : lines(source)) {
    const entry = unwrap(reader.read(line))
    if (entry !== null) yield entry
  }
  unwrap(reader.end())
}

/**
 * Plays a recording to a host: the snapshots, commands and emitted events in it go in again, in their order and time.
 * @param {RecordingSource} source
 * @param {import('./host.js').SmartAgentHost} host
 * @param {{ speed?: number, signal?: AbortSignal, agent?: (recorded: string) => string | null, each?: (entry: Entry) => void }} [options]
 */
export async function replayRecording(source, host, { speed = 1, signal, agent: renamed = (name) => name, each } = {}) {
  if (typeof speed !== 'number' || !(speed > 0)) throw badRequest('speed must be a number above 0', 'speed')
  const played = { snapshots: 0, commands: 0, emits: 0 }
  const started = performance.now()
  for await (const entry of readRecording(source)) {
    if (entry.recording !== undefined) continue
    await until(started + entry.at / speed, signal)
    const agent = renamed(entry.agent)
    if (agent === null) continue
    each?.(entry)
    if (entry.kind === 'snapshot') {
      host.applySnapshot(entry.snapshot, { agent })
      played.snapshots += 1
    } else if (entry.kind === 'command') {
      host.noteCommand(entry.command, { agent })
      played.commands += 1
    } else if (entry.kind === 'emit') {
      const { plugin, timestamp } = entry
      host.emit(entry.event, entry.payload, { agent, timestamp, ...(plugin === undefined ? {} : { plugin }) })
      played.emits += 1
    } else continue
    // Links and listeners of this thread get their turn, however fast it is played.
    await turn()
  }
  return played
}

/** @param {number} due @param {AbortSignal | undefined} signal */
async function until(due, signal) {
  const cancelled = () => fromBody(localBody('E_CANCELLED', 'the replay was aborted'), { cause: signal?.reason })
  if (signal?.aborted) throw cancelled()
  const left = due - performance.now()
  if (left < 1) return
  await sleep(left, undefined, { signal }).catch(() => {
    throw cancelled()
  })
}

/**
 * The lines of a text that comes in pieces, or as lines already.
 * @param {Iterable<string> | AsyncIterable<string | Uint8Array>} source
 * @returns {AsyncGenerator<string, void, void>}
 */
async function* lines(source) {
  if (typeof (/** @type {any} */ (source)?.[Symbol.asyncIterator]) !== 'function') {
    if (typeof (/** @type {any} */ (source)?.[Symbol.iterator]) !== 'function') throw badRequest('a recording is a path, a stream or lines')
    yield* /** @type {Iterable<string>} */ (source)
    return
  }
  const decoder = new TextDecoder()
  let rest = ''
  for await (const piece of source) {
    const parts = (rest + (typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true }))).split('\n')
    rest = /** @type {string} */ (parts.pop())
    yield* parts
    // The reader refuses it; what is behind it does not matter any more.
    if (rest.length > MAX_LINE) break
  }
  if (rest !== '') yield rest
}
