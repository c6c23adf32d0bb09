// What a page may ask of the desk: each command with its parameters checked, because a page is only a client.
import { ERROR_CODES, MESSAGES, METHODS } from '../../../schema/names.js'
import { SmartAgentError } from '../../errors.js'
import { closest } from '../flags.js'
import { within } from './console-link.js'
import { MAX_BATCH } from './inspector.js'

/**
 * @typedef {import('./protocol.js').CommandName} CommandName
 * @typedef {object} CommandTargets
 * @property {import('./stage.js').Stage} stage
 * @property {import('./page-faults.js').PageFaults} faults
 * @property {import('./desk-view.js').DeskView} view
 * @property {import('./inspector.js').Inspector} inspector
 * @property {import('./tape.js').Tape} tape
 * @property {import('../timeline.js').Timeline} timeline
 * @property {Map<string, import('./stage.js').Source>} sources the scenarios that can be loaded by name
 * @property {() => import('./protocol.js').DeskState} state
 * @property {() => Promise<('page' | 'process')[]>} reload
 */

/** An hour: longer than anybody looks on. */
const MAX_MS = 3_600_000

/**
 * Does a command.
 * @param {CommandTargets} targets @param {string} command @param {any} parameters
 * @returns {unknown} its result
 * @throws {SmartAgentError}
 */
export function runCommand(targets, command, parameters) {
  const run = Object.hasOwn(COMMANDS, command) ? COMMANDS[/** @type {CommandName} */ (command)] : undefined
  if (run === undefined) {
    const near = closest(command, Object.keys(COMMANDS))
    throw new SmartAgentError('E_UNKNOWN_METHOD', `there is no command "${command}"${near === undefined ? '' : `: did you mean "${near}"?`}`)
  }
  if (typeof parameters !== 'object' || parameters === null) throw bad('with', 'must be an object')
  return run(targets, parameters)
}

/** @type {Record<CommandName, (targets: CommandTargets, parameters: any) => unknown>} */
const COMMANDS = {
  act: ({ stage }, { name, with: parameters = {} }) => stage.act(text(name, 'name', 64), parameters),
  keypad: ({ stage, view, timeline }, { contact, digits }) => {
    if (!/^[\d*#]{1,32}$/.test(digits)) throw bad('digits', 'must be 1 to 32 of 0-9, * and #')
    const { snapshot, contacts } = stage.view()
    const contactId = contact ?? snapshot.focusedContactId
    if (!contacts.some((/** @type {any} */ { contactId: id, phase }) => id === contactId && phase === 'talking')) {
      throw new SmartAgentError('E_NO_CONTACT', 'there is no call to send digits to')
    }
    view.press(contactId, digits)
    timeline.write('action', 'keypad', { payload: { digits } })
  },
  'notification.dismiss': ({ view }, { notificationId }) => view.dismiss(text(notificationId, 'notificationId', 200)),
  'popup.dismiss': ({ view }, { id }) => view.dismissPopup(whole(id, 'id', 1, Number.MAX_SAFE_INTEGER)),

  'scenario.load': ({ stage, sources }, { name, file, text: source }) => {
    stage.load(name === undefined ? { file: text(file, 'file', 200), text: text(source, 'text', 1_000_000) } : known(sources, name))
  },
  'scenario.play': ({ stage }) => stage.play(),
  'scenario.pause': ({ stage }) => stage.pause(),
  'scenario.step': ({ stage }) => stage.step(),
  'scenario.speed': ({ stage }, { speed }) => {
    if (!(typeof speed === 'number' && speed >= 0.1 && speed <= 100)) throw bad('speed', 'must be a number from 0.1 to 100')
    stage.setSpeed(speed)
  },
  'scenario.stop': ({ stage }) => stage.stop(),

  'fault.drop': ({ faults, timeline }, { forMs }) => {
    const duration = whole(forMs, 'forMs', 0, MAX_MS)
    timeline.write('action', 'drop', { payload: { forMs } })
    void faults.drop(duration)
  },
  'fault.delay': ({ faults, timeline }, { byMs, forMs }) => {
    faults.delay(whole(byMs, 'byMs', 1, 60_000), whole(forMs, 'forMs', 0, MAX_MS))
    timeline.write('action', 'delay', { payload: { byMs, forMs } })
  },
  'fault.kill': ({ faults, timeline }, { downMs }) => {
    const duration = whole(downMs, 'downMs', 0, MAX_MS)
    timeline.write('action', 'restart', { payload: { downMs } })
    void faults.kill(duration)
  },
  'fault.slow': ({ faults, timeline }, { byMs, forMs }) => {
    faults.slow(whole(byMs, 'byMs', 1, 60_000), whole(forMs, 'forMs', 0, MAX_MS))
    timeline.write('action', 'slow', { payload: { byMs, forMs } })
  },
  'fault.refuse': ({ faults, timeline }, { message = null, code }) => {
    if (message !== null && !isIn([...MESSAGES, ...METHODS], message)) throw bad('message', 'is no message')
    if (!isIn(ERROR_CODES, code)) throw bad('code', 'is no error code')
    faults.refuse(message, code)
    timeline.write('action', 'refuse', { payload: { message, code } })
  },
  'fault.clear': ({ faults, timeline }) => {
    faults.clear()
    timeline.write('action', 'clear faults')
  },
  'plugin.reload': async ({ reload, timeline }) => {
    timeline.write('action', 'reload plugin')
    return { reloaded: await reload() }
  },

  snapshot: ({ state }) => ({ state: state() }),
  rows: ({ inspector }, { before, limit }) => ({
    rows: within(inspector.older({ before: whole(before, 'before', 1, Number.MAX_SAFE_INTEGER), limit: whole(limit, 'limit', 1, MAX_BATCH) })),
  }),
  recording: ({ tape }, { redact }) => tape.copy(redact !== false),
}

/** @param {Map<string, import('./stage.js').Source>} sources @param {unknown} name */
function known(sources, name) {
  const source = sources.get(String(name))
  if (source !== undefined) return source
  const near = closest(String(name), [...sources.keys()])
  throw new SmartAgentError('E_NOT_FOUND', `there is no such scenario: ${near === undefined ? `there is ${[...sources.keys()].join(', ')}` : `did you mean "${near}"?`}`)
}

/** @param {readonly string[]} list @param {unknown} value */
function isIn(list, value) {
  return typeof value === 'string' && list.includes(value)
}

/** @param {unknown} value @param {string} path @param {number} max @returns {string} */
function text(value, path, max) {
  if (typeof value !== 'string' || value === '' || value.length > max) throw bad(path, `must be a text of 1 to ${max} characters`)
  return value
}

/** @param {unknown} value @param {string} path @param {number} min @param {number} max @returns {number} */
function whole(value, path, min, max) {
  if (!(typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max)) throw bad(path, `must be a whole number from ${min} to ${max}`)
  return value
}

/** @param {string} path @param {string} message */
function bad(path, message) {
  return new SmartAgentError('E_BAD_REQUEST', `${path}: ${message}`, { path, issues: [{ path, rule: 'type', message }] })
}
