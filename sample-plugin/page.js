// The sample plugin as a page: a button for every message and method, and a line for every event. It announces calls and
// keeps the contact up to date, as plugin.js does in Node.
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// @ts-expect-error The desk serves the SDK at this path; with a bundler it is 'smartagent-plugin-sdk'.
import SmartAgent from '/sdk/index.js'

const EVENTS = /** @type {const} */ ([
  'incoming_call', 'contact_updated', 'call_started', 'on_hold', 'off_hold', 'call_ended', 'reject_call', 'outgoing_call', 'transfer_call', 'missed_call',
  'add_connection', 'conference_connections', 'end_connection', 'toggle_connections', 'after_call_work', 'after_call_work_end', 'next_status',
])
const LOCAL = ['ready', 'interrupted', 'resync', 'closed']
const MAX_LINES = 200

/** @type {import('smartagent-plugin-sdk').SmartAgent} */
const sm = new SmartAgent({ plugin: { id: 'sample-plugin', version: '0.1.0', type: 'call' } })
const state = /** @type {HTMLOutputElement} */ (document.querySelector('#state'))
const call = /** @type {HTMLElement} */ (document.querySelector('#call'))
const log = /** @type {HTMLOListElement} */ (document.querySelector('#log'))
const quickConnects = /** @type {HTMLSelectElement} */ (document.querySelector('select[name=name]'))

/** What each button does, with the texts of its form. @type {Record<string, (form: Record<string, string>) => Promise<unknown>>} */
const CALLS = {
  updateContact: ({ key = '', value = '' }) => sm.updateContact({ [key]: value }),
  updateCustomer: ({ name, email }) => sm.send('update_customer', { name, ...(email ? { email } : {}) }),
  transferCall: ({ number }) => sm.send('transfer_call', { number }),
  quickConnect: ({ name = '' }) => sm.send('quick_connect', { name }),
  updateQuickConnects: () => loadQuickConnects(),
  endConferenceCall: ({ connectionName = '' }) => sm.send('end_conference_call', { connectionName }),
  createNotification: ({ header = '', text = '' }) => sm.send('show_notification', { type: 'CREATE_NOTIFICATION', header, text }),
  clearNotifications: () => sm.send('show_notification', { type: 'CLEAR_NOTIFICATION' }),
  popupSuccess: ({ popupMessage = '' }) => sm.send('show_popup_message', { type: 'SUCCESS', popupMessage }),
  popupError: ({ popupMessage = '' }) => sm.send('show_popup_message', { type: 'ERROR', popupMessage }),
  setTitle: ({ title = '' }) => sm.setTitleTag(title),
  showPlugin: () => sm.showPlugin(),
  hidePlugin: () => sm.hidePlugin(),
  getUser: () => sm.getUser(),
  getCompanyID: () => sm.getCompanyID(),
  getContacts: () => sm.getContacts(),
  getContact: () => sm.getContact(),
  // To see what an answer with issues looks like.
  sendWrong: () => sm.send('show_notification', /** @type {any} */ ({ type: 'CREATE_NOTIFICATION', header: '', txt: 'misspelt' })),
  closeLink: () => sm.close(),
  openLink: () => connect(),
}

for (const event of [...EVENTS, ...LOCAL]) {
  sm.on(/** @type {'incoming_call'} */ (event), (payload) => {
    write('event', event, payload)
    showState()
  })
}
sm.on('error', (error) => write('error', error.code, error.message))

sm.on('incoming_call', async ({ contact, phoneNumber, queue }) => {
  const caller = contact.attributes['sa-name'] ?? phoneNumber ?? 'Unknown caller'
  call.textContent = `${caller} is calling.`
  await sm.setTitleTag(`Ringing: ${caller}`)
  await sm.send('show_notification', { type: 'CREATE_NOTIFICATION', header: `Call from ${caller}`, text: `Waiting in ${queue?.name ?? 'no queue'}` })
})
sm.on('call_started', async ({ contactId, contact, ringDurationMs }) => {
  call.textContent = `Talking to ${contact.attributes['sa-name'] ?? contact.phoneNumber ?? 'somebody'}.`
  await sm.send('show_notification', { type: 'CLEAR_NOTIFICATION' })
  await sm.setTitleTag('On a call')
  await sm.updateContact({ 'plugin-status': 'answered', 'plugin-ring-ms': String(ringDurationMs ?? 0) }, { contactId })
})
sm.on('on_hold', () => void (call.textContent = 'On hold.'))
sm.on('off_hold', () => void (call.textContent = 'Talking again.'))
for (const event of /** @type {const} */ (['missed_call', 'reject_call', 'after_call_work_end'])) sm.on(event, () => over('No call.'))
sm.on('call_ended', ({ endedBy }) => over(`The call was ended (${endedBy}).`))

document.addEventListener('submit', (event) => {
  event.preventDefault()
  const form = /** @type {HTMLFormElement} */ (event.target)
  void run(form.dataset.call, form)
})
document.addEventListener('click', (event) => {
  const button = /** @type {Element} */ (event.target).closest('button[data-call]')
  if (button instanceof HTMLButtonElement) void run(button.dataset.call, button.form)
})

/** @param {string | undefined} name @param {HTMLFormElement | null} form */
async function run(name = '', form) {
  const texts = /** @type {Record<string, string>} */ (Object.fromEntries(form === null ? [] : new FormData(form)))
  try {
    write('answer', name, await CALLS[name]?.(texts))
  } catch (error) {
    const { code, message } = /** @type {import('smartagent-plugin-sdk').SmartAgentError} */ (error)
    write('error', `${name}: ${code}`, message)
  }
  showState()
}

async function connect() {
  const { user, companyId } = await sm.init()
  await loadQuickConnects()
  return `hello ${user?.name ?? 'agent'} of ${companyId ?? 'no company'}`
}

async function loadQuickConnects() {
  const answer = await sm.send('update_quick_connects')
  quickConnects.replaceChildren(...answer.quickConnects.map(({ name }) => new Option(name ?? '')))
  return answer
}

/** @param {string} text */
async function over(text) {
  call.textContent = text
  await sm.setTitleTag('')
}

function showState() {
  state.value = state.dataset.state = sm.state
}

/** @param {string} kind @param {string} name @param {unknown} payload */
function write(kind, name, payload) {
  const line = document.createElement('li')
  line.dataset.kind = kind
  line.append(Object.assign(document.createElement('b'), { textContent: name }), ` ${brief(payload)}`)
  log.prepend(line)
  while (log.childElementCount > MAX_LINES) log.lastElementChild?.remove()
}

/** A payload without the contact, which repeats the rest. @param {unknown} payload */
function brief(payload) {
  if (payload === undefined || payload === null) return ''
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload, (key, value) => key === 'contact' || key === 'snapshot' ? undefined : value)
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}

await run('openLink', null)
