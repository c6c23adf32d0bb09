/**
 * Electron's main process: hands out ports to plugins in windows and frames, after it has checked who asks. Each frame
 * that takes part has the preload script `smartagent-plugin-sdk/electron/preload`. See docs/electron.md.
 *
 * The types of Electron are given by what of them is used, so that nobody needs Electron's own to compile this.
 */
import type { Token, Transport } from '../../index.js'

/** A `MessagePortMain`. */
export interface ElectronPort {
  postMessage(message: any, transfer?: any[]): void
  on(event: 'message', listener: (event: { data: any; ports: any[] }) => void): unknown
  on(event: 'close', listener: () => void): unknown
  off(event: 'message', listener: (event: { data: any; ports: any[] }) => void): unknown
  off(event: 'close', listener: () => void): unknown
  start(): void
  close(): void
}

/** A `WebFrameMain`. */
export interface ElectronFrame {
  readonly frameTreeNodeId: number
  readonly name: string
  readonly origin: string
  readonly detached: boolean
  readonly parent: ElectronFrame | null
  readonly framesInSubtree: ElectronFrame[]
  postMessage(channel: string, message: any, transfer?: any[]): void
}

/** An `IpcMainEvent`. */
export interface ElectronIpcEvent {
  readonly senderFrame: ElectronFrame | null
  readonly ports: ElectronPort[]
}

/** A `WebContents`. */
export interface ElectronWebContents {
  readonly mainFrame: ElectronFrame
  readonly ipc: {
    on(channel: string, listener: (event: ElectronIpcEvent, ...args: any[]) => void): unknown
    off(channel: string, listener: (event: ElectronIpcEvent, ...args: any[]) => void): unknown
  }
  isDestroyed(): boolean
  on(event: 'destroyed', listener: () => void): unknown
  off(event: 'destroyed', listener: () => void): unknown
}

/** What is used of the electron module. */
export interface ElectronModule {
  MessageChannelMain: new () => { port1: ElectronPort; port2: ElectronPort }
  webContents: { fromFrame(frame: any): any }
}

/**
 * Where a plugin is: the main frame of a window, a frame, or the child of a window's main frame that has this name. A
 * frame stays the same one when it navigates.
 */
export type PluginFrame = ElectronWebContents | ElectronFrame | { webContents: ElectronWebContents; name: string }

/**
 * A `SmartAgentHost`, or, where that lives in a utility process, what posts the port there; `close` of what it returns then
 * asks that process to close it.
 */
export interface PortHost {
  attachPort(port: any, options: { origin: string; plugin: string; agent?: string }): { close(): void } | void
}

export interface ServeOptions {
  frame: PluginFrame
  /** The exact origin of the plugin; documents of another one in the same frame get nothing. */
  origin: string
  /** The plugin's id, whatever it says of itself. */
  plugin: string
  agent?: string
  /** The electron module, where a bundler keeps this package from requiring it. */
  electron?: ElectronModule
}

export interface ConnectOptions {
  /** The host, `ws://` or `wss://`. */
  url: string | URL
  /** The token that the host gets, whatever the window says. A function is asked at each connection. */
  token?: Token
  /** The plugin's id, whatever it says of itself. Default: what it says. */
  plugin?: string
  /** The exact origin of the plugin. Default: that of the first document that asks; set it. */
  origin?: string
  /** Tells the host the origin; the token must have that right. */
  embed?: boolean
  /** Allows `ws://` beyond this machine: everybody on the way can read and change what is sent. */
  allowInsecure?: boolean
  /** Default: the main frame. */
  frame?: PluginFrame
  electron?: ElectronModule
}

export interface ServedPlugin {
  /** Ends the link that there is, and gives no port any more. */
  close(): void
}

/** Serves a plugin in a frame of an Electron desktop: each of its documents gets a port of its own to the host. */
export function servePlugin(host: PortHost, options: ServeOptions): ServedPlugin

/** Links a plugin in a window of its own to a host elsewhere: its frames are relayed by WebSocket from main. */
export function connectPlugin(webContents: ElectronWebContents, options: ConnectOptions): ServedPlugin

/** A `UtilityProcess`. */
export interface ElectronUtilityProcess {
  postMessage(message: any, transfer?: any[]): void
  on(event: 'message', listener: (message: any) => void): unknown
  on(event: 'exit', listener: (code: number) => void): unknown
  off(event: 'message', listener: (message: any) => void): unknown
  off(event: 'exit', listener: (code: number) => void): unknown
}

/** What a utility process has as `process.parentPort`. */
export interface ElectronParentPort {
  postMessage(message: any): void
  on(event: 'message', listener: (event: { data: any; ports: any[] }) => void): unknown
  off(event: 'message', listener: (event: { data: any; ports: any[] }) => void): unknown
}

export interface ParentPortOptions {
  /** The plugin's frame. Default: the one frame of the window that is not the main frame. */
  frame?: ElectronFrame
  /** The plugin's exact origin; frames of another one are not asked. */
  origin?: string
  /** Exact origins of desktops. Default: any port of this machine. */
  allowedOrigins?: readonly string[]
  electron?: ElectronModule
}

/**
 * The link that the window's desktop offers to a plugin's frame, for a `SmartAgent` in main: the frame's preload script
 * knocks on its parent window and hands the offered port over. It is dialled by `init()`, and again when it is lost.
 */
export function parentPort(webContents: ElectronWebContents, options?: ParentPortOptions): Transport
/** The same in a utility process, from its `process.parentPort`; main must call `forwardParentPort`. */
export function parentPort(parentPort: ElectronParentPort): Transport

/** Lets a utility process dial by `parentPort(process.parentPort)`. It ends with the process. */
export function forwardParentPort(webContents: ElectronWebContents, child: ElectronUtilityProcess, options?: ParentPortOptions): { close(): void }
