// The socket to the desk: one at a time, made again when it is lost, each command settled once.
import type { Answer, CommandName, Commands, DeskMessage, ErrorBody } from './protocol'

export type LinkState =
  | { status: 'connecting' }
  | { status: 'open' }
  /** `nextAt` is when it tries again, epoch milliseconds. */
  | { status: 'lost'; reason: string; nextAt: number; attempts: number }
  | { status: 'refused'; reason: string }

export class CommandError extends Error {
  readonly code: string
  readonly issues: ErrorBody['issues']

  constructor({ code, message, issues }: Pick<ErrorBody, 'code' | 'message' | 'issues'>) {
    super(message)
    this.code = code
    this.issues = issues
  }
}

interface Waiting { resolve: (result: never) => void; reject: (error: CommandError) => void; timer: ReturnType<typeof setTimeout> }
export interface LinkEvents { state: (state: LinkState) => void; message: (message: Exclude<DeskMessage, Answer>) => void }

const SUBPROTOCOL = 'smartagent.console.v1'
const ANSWER_WITHIN_MS = 15_000
const RETRY_MS = [250, 500, 1000, 2000, 4000] as const
const STOPPED = 4001
const REFUSED: Record<number, string> = {
  4501: 'This address belongs to another run of smartagent dev. Open the one that the terminal shows now.',
  4503: 'The desk does not let this address in. Open the one that the terminal shows.',
  4500: 'The page and the desk do not understand each other. Reload the page; after an update, start smartagent dev again.',
}

export class ConsoleLink {
  readonly #token: string
  readonly #on: LinkEvents
  readonly #waiting = new Map<number, Waiting>()
  #socket: WebSocket | null = null
  #lastId = 0
  #attempts = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(token: string, on: LinkEvents) {
    this.#token = token
    this.#on = on
  }

  /** Connects now, also when it would have waited. */
  open(): void {
    clearTimeout(this.#timer)
    if (this.#socket !== null) return
    if (this.#attempts === 0) this.#on.state({ status: 'connecting' })
    const url = new URL('/console', window.location.href)
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    url.hash = ''
    const socket = new WebSocket(url, SUBPROTOCOL)
    this.#socket = socket
    socket.addEventListener('open', () => socket.send(JSON.stringify({ type: 'hello', token: this.#token })))
    socket.addEventListener('message', ({ data }) => { if (this.#socket === socket) this.#take(JSON.parse(String(data)) as DeskMessage) })
    socket.addEventListener('close', ({ code }) => { if (this.#socket === socket) this.#lost(code) })
  }

  close(): void {
    clearTimeout(this.#timer)
    const socket = this.#socket
    this.#socket = null
    socket?.close()
    this.#failAll()
  }

  command<C extends CommandName>(command: C, ...[parameters]: undefined extends Commands[C]['with'] ? [] : [Commands[C]['with']]): Promise<Commands[C]['result']> {
    const socket = this.#socket
    if (socket?.readyState !== WebSocket.OPEN) return Promise.reject(new CommandError({ code: 'E_UNAVAILABLE', message: 'the desk is not connected' }))
    const id = ++this.#lastId
    return new Promise<Commands[C]['result']>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id)
        reject(new CommandError({ code: 'E_TIMEOUT', message: `the desk did not answer ${command} in ${ANSWER_WITHIN_MS / 1000} s` }))
      }, ANSWER_WITHIN_MS)
      this.#waiting.set(id, { resolve: resolve as (result: never) => void, reject, timer })
      socket.send(JSON.stringify({ type: 'command', id, command, ...(parameters === undefined ? {} : { with: parameters }) }))
    })
  }

  #take(message: DeskMessage): void {
    if (message.type === 'answer') {
      const waiting = this.#waiting.get(message.id)
      if (waiting === undefined) return
      this.#waiting.delete(message.id)
      clearTimeout(waiting.timer)
      if (message.ok) waiting.resolve(message.result as never)
      else waiting.reject(new CommandError(message.error))
      return
    }
    if (message.type === 'welcome') {
      this.#attempts = 0
      this.#on.state({ status: 'open' })
    }
    this.#on.message(message)
  }

  #lost(code: number): void {
    this.#socket = null
    this.#failAll()
    const refused = REFUSED[code]
    if (refused !== undefined) {
      this.#on.state({ status: 'refused', reason: refused })
      return
    }
    const wait = RETRY_MS[Math.min(this.#attempts, RETRY_MS.length - 1)] as number
    this.#attempts += 1
    const reason = code === STOPPED ? 'smartagent dev was stopped.' : 'The desk does not answer.'
    this.#on.state({ status: 'lost', reason, nextAt: Date.now() + wait, attempts: this.#attempts })
    this.#timer = setTimeout(() => this.open(), wait)
  }

  #failAll(): void {
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer)
      reject(new CommandError({ code: 'E_OUTCOME_UNKNOWN', message: 'the link to the desk was lost before it answered' }))
    }
    this.#waiting.clear()
  }
}
