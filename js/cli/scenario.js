// The prepared calls of the dev desktop. A scenario is a list of steps on one agent's state; every step hands the whole
// state to the host, whose call engine derives the events from it.

/**
 * @typedef {import('./agent.js').Agent} Agent
 * @typedef {{wait: number} | {action: string, payload?: Record<string, unknown>, run: (agent: Agent) => void}
 *   | {expect: string, after: string}} Step `wait` is in milliseconds at normal speed; `expect` is a message of the bundled
 *   sample plugin that has to have been accepted by now
 * @typedef {{name: string, steps: Step[]}} Scenario
 */

const CALLER = '+442071838750'
const ATTRIBUTES = { 'sa-name': 'Ada Byron', tier: 'gold', language: 'en-GB' }

/** @type {Scenario} */
const INBOUND_CALL = {
  name: 'inbound-call',
  steps: [
    { action: 'ring', payload: { phoneNumber: CALLER, queue: 'Billing' }, run: (agent) => agent.ring(CALLER, ATTRIBUTES) },
    { wait: 2_000 },
    { expect: 'show_notification', after: 'the call rang' },
    { action: 'answer', run: (agent) => agent.answer() },
    { wait: 2_500 },
    { expect: 'update_contact', after: 'the call was answered' },
    { action: 'hold', run: (agent) => agent.hold() },
    { wait: 2_000 },
    { action: 'resume', run: (agent) => agent.resume() },
    { wait: 2_000 },
    { action: 'hang_up', payload: { by: 'customer' }, run: (agent) => agent.customerHangsUp() },
    { wait: 2_000 },
    { action: 'clear', run: (agent) => agent.clear() },
    { wait: 500 },
    { expect: 'set_title_tag', after: 'the call was over' },
  ],
}

const SCENARIOS = new Map([INBOUND_CALL].map((scenario) => [scenario.name, scenario]))

/** The names `--scenario` takes. */
export const SCENARIO_NAMES = [...SCENARIOS.keys()]

/** @param {string} name one of `SCENARIO_NAMES` */
export function findScenario(name) {
  return SCENARIOS.get(name)
}
