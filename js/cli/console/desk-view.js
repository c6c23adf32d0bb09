// What the page is shown: put together from the stage, the host's notices and what the run knows.

/**
 * @typedef {import('./protocol.js').DeskState} DeskState
 * @typedef {import('./protocol.js').ContactView} ContactView
 * @typedef {object} ViewSources
 * @property {import('../desk.js').Desk} desk
 * @property {import('./stage.js').Stage} stage
 * @property {import('./page-faults.js').PageFaults} faults
 * @property {import('./inspector.js').Inspector} inspector
 * @property {DeskState['scenario']['known']} known
 * @property {DeskState['addresses']} addresses
 * @property {() => Pick<DeskState, 'embed' | 'process'>} plugin
 */

/** A popup message is read in that time. */
const POPUP_MS = 10_000
/** As many as fit a screen several times. */
const MAX_SHOWN = 100

export class DeskView {
  #changed
  /** @type {Map<string, { title: string, visible: boolean }>} */
  #panels = new Map()
  /** @type {DeskState['notifications']} */
  #notifications = []
  /** @type {DeskState['popups']} */
  #popups = []
  #lastPopup = 0
  /** Keys pressed, by contact. @type {Map<string, string>} */
  #digits = new Map()

  /** @param {() => void} changed */
  constructor(changed) {
    this.#changed = changed
  }

  /** Takes an event of the host. @param {string} event @param {any} notice */
  observe(event, notice) {
    const { plugin } = notice
    if (event === 'host') {
      this.#panels.clear()
      this.#notifications = []
    } else if (event === 'visibility') this.#panel(plugin).visible = notice.visible
    else if (event === 'title') this.#panel(plugin).title = notice.title
    else if (event === 'notification') this.#notify(notice)
    else if (event === 'popup') this.#popup(notice)
    this.#changed()
  }

  /** @param {string} notificationId */
  dismiss(notificationId) {
    this.#notifications = this.#notifications.filter((shown) => shown.notificationId !== notificationId)
  }

  /** @param {number} id */
  dismissPopup(id) {
    this.#popups = this.#popups.filter((shown) => shown.id !== id)
  }

  /** @param {string} contactId @param {string} digits */
  press(contactId, digits) {
    this.#digits.set(contactId, `${this.#digits.get(contactId) ?? ''}${digits}`.slice(-100))
  }

  /** @param {ViewSources} sources @returns {DeskState} */
  state({ desk, stage, faults, inspector, known, addresses, plugin }) {
    const { snapshot, allowed, statuses, contacts, quickConnects } = stage.view()
    const { user } = snapshot
    return {
      revision: 0,
      clock: stage.clock,
      companyId: 'acme',
      agent: { user, statuses, allowed, next: user.nextState },
      contacts: snapshot.contacts.map((/** @type {any} */ contact) => this.#contact(contact, contacts)),
      focusedContactId: snapshot.focusedContactId ?? null,
      quickConnects,
      notifications: this.#notifications,
      popups: this.#popups,
      plugins: desk.host.sessions().map((session) => this.#plugin(session)),
      ...plugin(),
      scenario: { known, speed: stage.speed, loaded: stage.loaded },
      faults: faults.view,
      addresses,
      counts: { events: desk.events, messages: desk.messages, rows: inspector.count },
    }
  }

  /** @param {any} contact @param {any[]} views @returns {ContactView} */
  #contact(contact, views) {
    const { alias, phase, allowed, customer } = views.find(({ contactId }) => contactId === contact.contactId)
    const muted = contact.connections.some((/** @type {any} */ { type, isMute }) => type === 'agent' && isMute === true)
    return { contact, alias, phase, allowed, customer, digits: this.#digits.get(contact.contactId) ?? '', muted }
  }

  /** @param {any} session @returns {DeskState['plugins'][number]} */
  #plugin(session) {
    const { title = '', visible = false } = this.#panels.get(session.plugin) ?? {}
    const { plugin, type = null, version = null, instance, connected, carrier, origin = null, granted, denied, openedAt } = session
    return { session: session.session, plugin, type, version, instance, title, visible, connected, carrier, origin, granted, denied, openedAt }
  }

  /** @param {string} plugin */
  #panel(plugin) {
    const panel = this.#panels.get(plugin) ?? { title: '', visible: false }
    this.#panels.set(plugin, panel)
    return panel
  }

  /** @param {any} notice */
  #notify({ change, plugin, notificationId, notificationIds, header, text }) {
    if (change === 'created') this.#notifications.push({ notificationId, plugin, header, text, at: Date.now() })
    else this.#notifications = this.#notifications.filter((shown) => !notificationIds.includes(shown.notificationId))
    this.#notifications = this.#notifications.slice(-MAX_SHOWN)
  }

  /** @param {any} notice */
  #popup({ plugin, type, message }) {
    const popup = { id: this.#lastPopup += 1, plugin, type, message, at: Date.now() }
    this.#popups = [...this.#popups, popup].slice(-MAX_SHOWN)
    setTimeout(() => {
      this.dismissPopup(popup.id)
      this.#changed()
    }, POPUP_MS).unref()
  }
}
