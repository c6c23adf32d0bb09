/** Plugins in the iframes of a desktop's page. */
/// <reference lib="dom" />
import type { PluginType, Unsubscribe } from './index.js'

export { SmartAgentError } from './index.js'

export interface EmbedOptions {
  /** The plugin's page. */
  url: string
  /** The only origin that is linked, exact. Default: that of `url`; needed where `url` leads elsewhere. */
  origin?: string
  /** The plugin's id; it overwrites what the plugin says of itself. */
  plugin: string
  /** Its type, where the desktop knows it; it overwrites what the plugin says of itself. */
  type?: PluginType
  /** Where the host listens (`wss://desktop.example/link`), or what takes the plugin's port. */
  host: string | PortHost
  /** The page's own token; it needs the right to embed. A function is asked at every dial. The plugin never sees it. */
  token?: string | (() => string | Promise<string>)
  /** Whose plugin it is, for a host that takes ports; by WebSocket the token says it. */
  agent?: string
  /** Default `allow-scripts allow-same-origin allow-forms`, or what the iframe already has. */
  sandbox?: string
  /** The frame's permissions policy. Default empty: no microphone, camera, clipboard or location. */
  allow?: string
  /** How long a page that has loaded may be silent before its state says so. Default 10000. */
  knockTimeoutMs?: number
  /** Links whatever opaque page the frame shows, with `origin: 'null'`. Nothing proves then whose page it is. */
  allowOpaqueOrigin?: boolean
  /** Links a page of the desktop's own origin. Its sandbox is void: it can reach into the desktop's page. */
  allowOwnOrigin?: boolean
}

/** A host in reach of the page, such as a `SmartAgentHost` of the same process. */
export interface PortHost {
  attachPort(port: MessagePort, peer: { origin: string; plugin: string; agent?: string }): { close?(): unknown; closed?: Promise<unknown> } | void
}

/**
 * `loading` until the page knocks, `connecting` until the host has welcomed the plugin, then `ready`; `not-responding` when
 * it does not knock or answer (it may still come back), `stopped` when the host refused it, `gone` out of the document.
 */
export type EmbedState = 'loading' | 'connecting' | 'ready' | 'not-responding' | 'stopped' | 'gone'

export interface EmbedStatus {
  state: EmbedState
  /** Stable. */
  reason: 'loading' | 'left' | 'connecting' | 'host_unreachable' | 'host_lost' | 'ready' | 'no_knock' | 'wrong_origin' | 'missed_pong' | 'stopped' | 'removed'
  /** A sentence for people: what is so, and what to look at. */
  message: string
  /** Where the plugin gets an error, its code. */
  code?: string
}

export interface Embedding {
  readonly state: EmbedState
  readonly status: EmbedStatus
  on(event: 'state', listener: (status: EmbedStatus) => unknown): Unsubscribe
  /** Loads the plugin's page anew; the older page's answers never reach the new one. */
  reload(): void
  /** Says goodbye to the plugin and takes the iframe out of the document. Idempotent. */
  remove(): void
}

/**
 * Shows a plugin in an iframe and links it to a host: sets `sandbox`, `allow` and `src`, and hands a port to each document
 * of the exact origin that knocks. Throws a `SmartAgentError` when the options cannot be right (`E_BAD_REQUEST`, `E_ORIGIN`).
 */
export function embedPlugin(iframe: HTMLIFrameElement, options: EmbedOptions): Embedding
export default embedPlugin
