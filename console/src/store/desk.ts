// What the page knows of the desk, and how it asks for something.
import { CommandError, ConsoleLink, type LinkState } from '../link/console-link'
import type { ActionName, ActionParameters, CommandName, Commands, DeskState, RowsMessage, Welcome } from '../link/protocol'
import { AttributeHistory } from './attributes'
import { Store } from './store'
import { TraceStore } from './trace'

/** Something went wrong that the person at the page did. */
export interface Trouble { id: number; title: string; message: string }

const TROUBLE_FOR_MS = 8_000
/** So many rows at once when older ones are fetched. */
const PAGE_OF_ROWS = 1_000

export class Desk {
  readonly link = new Store<LinkState>({ status: 'connecting' })
  readonly state = new Store<DeskState | null>(null)
  readonly troubles = new Store<readonly Trouble[]>([])
  readonly trace = new TraceStore()
  readonly attributes = new AttributeHistory()
  readonly #console: ConsoleLink
  /** When the state came, by this page's clock. */
  #stateAt = 0
  #run: string | null = null
  #troubles = 0

  constructor(token: string) {
    this.#console = new ConsoleLink(token, {
      state: (state) => this.link.set(state),
      message: (message) => this.#take(message),
    })
  }

  open(): void { this.#console.open() }
  close(): void { this.#console.close() }

  /** The contact centre's time now, epoch milliseconds: it stands still while a scenario is paused. */
  now(): number {
    const clock = this.state.get()?.clock
    return clock === undefined ? 0 : clock.now + clock.rate * (performance.now() - this.#stateAt)
  }

  command<C extends CommandName>(command: C, ...parameters: undefined extends Commands[C]['with'] ? [] : [Commands[C]['with']]): Promise<Commands[C]['result']> {
    return this.#console.command(command, ...parameters)
  }

  /** Asks for something; when it fails the page says so. Resolves with whether it was done. */
  async ask<C extends CommandName>(title: string, command: C, ...parameters: undefined extends Commands[C]['with'] ? [] : [Commands[C]['with']]): Promise<boolean> {
    try {
      await this.#console.command(command, ...parameters)
      return true
    } catch (error) {
      this.complain(title, error)
      return false
    }
  }

  /** Does one action in the contact centre. */
  act<A extends ActionName>(name: A, parameters: ActionParameters[A]): Promise<boolean> {
    return this.ask(`Not possible: ${name.replaceAll('_', ' ')}`, 'act', { name, with: parameters } as Commands['act']['with'])
  }

  complain(title: string, error: unknown): void {
    const code = error instanceof CommandError ? `${error.code}: ` : ''
    const trouble = { id: ++this.#troubles, title, message: `${code}${error instanceof Error ? error.message : String(error)}` }
    this.troubles.set([...this.troubles.get().slice(-2), trouble])
    setTimeout(() => this.dismissTrouble(trouble.id), TROUBLE_FOR_MS)
  }

  dismissTrouble(id: number): void {
    this.troubles.set(this.troubles.get().filter((trouble) => trouble.id !== id))
  }

  #take(message: Welcome | { type: 'state'; state: DeskState } | RowsMessage): void {
    if (message.type === 'welcome') this.#welcome(message.run)
    else if (message.type === 'state') {
      this.attributes.take(message.state.contacts.map(({ contact }) => contact))
      this.#stateAt = performance.now()
      this.state.set(message.state)
    } else if (message.type === 'rows') {
      const wasEmpty = this.trace.length === 0
      this.trace.append(message.rows)
      if (wasEmpty && message.oldest < this.trace.first) void this.#fetchOlder(message.oldest)
    }
  }

  #welcome(run: string): void {
    if (this.#run !== null && this.#run !== run) this.trace.clear({ forgetIds: true })
    this.#run = run
  }

  async #fetchOlder(oldest: number): Promise<void> {
    try {
      while (this.trace.first > oldest && this.trace.length < this.trace.limits.rows) {
        const before = this.trace.first
        const { rows } = await this.#console.command('rows', { before, limit: PAGE_OF_ROWS })
        this.trace.prepend(rows)
        if (this.trace.first === before) return
      }
    } catch {
      // The link went; a new one brings the newest rows again, and older ones are history.
    }
  }
}
