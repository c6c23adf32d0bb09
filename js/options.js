// @ts-check
import { badRequest } from './errors.js'
import { assertSignal } from './events.js'
import { checkedUrl, websocket, OPEN } from './transports.js'

/**
 * @typedef {string | null | undefined | (() => string | null | undefined | Promise<string | null | undefined>)} Token
 * @typedef {{ debug?: Log, info?: Log, warn?: Log, error?: Log }} Logger
 * @typedef {(line: string) => void} Log
 * @typedef {ReturnType<typeof callOptions>} CallOptions
 */

const DEFAULT_URL = 'ws://127.0.0.1:7420/link'
/** The largest `timeoutMs`: the link carries no longer deadline. */
const MAX_TIMEOUT_MS = 3_600_000
/** The largest delay a timer takes. */
const MAX_CONNECT_MS = 2 ** 31 - 1

/**
 * The options of `new SmartAgent()`, checked, with their defaults.
 * @param {any} options
 */
export function clientOptions(options = {}) {
  if (options === null || typeof options !== 'object') throw badRequest('the options must be an object')
  const transport = options.transport ?? websocket(options.url ?? process.env.SMARTAGENT_URL ?? DEFAULT_URL)
  if (options.transport !== undefined && options.url !== undefined) throw badRequest('give a transport or a url, not both', 'url')
  if (typeof transport[OPEN] !== 'function' && transport.kind !== 'websocket') {
    throw badRequest('transport must come from websocket(), or be a transport of this package', 'transport')
  }
  return {
    transport,
    // The environment's token is for the environment's desktop: whoever is behind a port does not get it unasked.
    token: checkedToken(options.token ?? transport.token ?? (OPEN in transport ? undefined : process.env.SMARTAGENT_TOKEN)),
    logger: checkedLogger(options.logger),
    requestTimeoutMs: milliseconds(options.requestTimeoutMs, 'requestTimeoutMs', 10_000, MAX_TIMEOUT_MS),
    /** What the native client is made with; everything in it is JSON. */
    native: {
      ...(typeof transport[OPEN] === 'function' ? {} : websocketOptions(transport)),
      plugin: pluginInfo(options.plugin),
      want: want(options.want),
      connectTimeoutMs: milliseconds(options.connectTimeoutMs, 'connectTimeoutMs', 10_000, MAX_CONNECT_MS),
      reconnect: reconnect(options.reconnect),
    },
  }
}

/** @param {ReturnType<typeof websocket>} transport */
function websocketOptions({ url, ca, allowInsecure }) {
  return { url: checkedUrl(url, 'url'), ca, allowInsecure }
}

/** Tells one SmartAgent object from another. No secret: `node:crypto` would cost every start 1.5 MB and milliseconds. */
function distinct() {
  return Array.from({ length: 4 }, () => Math.floor(Math.random() * 2 ** 32).toString(16).padStart(8, '0')).join('')
}

/** @param {any} plugin */
function pluginInfo(plugin = {}) {
  /** @type {Record<string, string>} */
  const info = { instance: distinct() }
  for (const key of ['id', 'version', 'type']) {
    const value = plugin?.[key]
    if (value === undefined) continue
    if (typeof value !== 'string') throw badRequest(`plugin.${key} must be a string`, `plugin.${key}`)
    info[key] = value
  }
  if (info.id !== undefined && !/^[a-z0-9._-]{1,64}$/.test(info.id)) {
    throw badRequest('plugin.id must be 1 to 64 of a-z, 0-9, ".", "_" and "-"', 'plugin.id')
  }
  return info
}

/** @param {any} want */
function want(want) {
  if (want === undefined) return undefined
  /** @type {Record<string, string[]>} */
  const lists = {}
  for (const key of ['scopes', 'events']) {
    const list = want?.[key]
    if (list === undefined) continue
    if (!Array.isArray(list) || list.some((name) => typeof name !== 'string')) {
      throw badRequest(`want.${key} must be an array of strings`, `want.${key}`)
    }
    lists[key] = [...list]
  }
  return lists
}

/** @param {any} reconnect */
function reconnect(reconnect = true) {
  if (typeof reconnect === 'boolean') return reconnect
  if (reconnect === null || typeof reconnect !== 'object') throw badRequest('reconnect must be a boolean or {maxDelayMs}', 'reconnect')
  return { maxDelayMs: milliseconds(reconnect.maxDelayMs, 'reconnect.maxDelayMs', 20_000, MAX_CONNECT_MS) }
}

/** @param {unknown} value @param {string} path @param {number} fallback @param {number} max @returns {number} */
export function milliseconds(value, path, fallback, max = MAX_TIMEOUT_MS) {
  if (value === undefined) return fallback
  if (typeof value === 'number' && value >= 1 && value <= max) return Math.ceil(value)
  throw badRequest(`${path} must be a number of milliseconds from 1 to ${max}`, path)
}

/** @param {any} token @returns {Token} */
function checkedToken(token) {
  if (token == null || typeof token === 'string' || typeof token === 'function') return token
  throw badRequest('token must be a string or a function that gives one', 'token')
}

/** @param {any} logger @returns {Logger} */
function checkedLogger(logger) {
  if (logger === undefined) return {}
  if (logger === null || typeof logger !== 'object') throw badRequest('logger must have debug, info, warn or error', 'logger')
  return logger
}

/**
 * The last argument of every method that goes to the host.
 * @param {any} options
 * @param {number} requestTimeoutMs
 */
export function callOptions(options = {}, requestTimeoutMs) {
  if (options === null || typeof options !== 'object') throw badRequest('the options of a call must be an object')
  const { contactId, idempotencyKey, signal } = options
  assertSignal(signal)
  if (contactId !== undefined && (typeof contactId !== 'string' || contactId === '')) {
    throw badRequest('contactId must be a non-empty string', 'contactId')
  }
  if (idempotencyKey !== undefined && (typeof idempotencyKey !== 'string' || idempotencyKey === '' || idempotencyKey.length > 64)) {
    throw badRequest('idempotencyKey must be 1 to 64 characters', 'idempotencyKey')
  }
  const timeoutMs = milliseconds(options.timeoutMs, 'timeoutMs', requestTimeoutMs)
  return { contactId, idempotencyKey, timeoutMs, signal: /** @type {AbortSignal | undefined} */ (signal) }
}
