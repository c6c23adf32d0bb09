// A row as code for the test kit, or as a step of a scenario.
import type { TraceRow } from '../store/trace'

export interface Copy { label: string; text: string }

/** What the row can be copied as. */
export function copiesOf(row: TraceRow): Copy[] {
  const payload: unknown = row.text === '' ? {} : JSON.parse(row.text)
  const text = JSON.stringify(payload, null, 2)
  const copies: Copy[] = []
  const kit = testKitCode(row, text)
  if (kit !== null) copies.push({ label: 'Test-kit code', text: kit })
  const step = scenarioStep(row, payload)
  if (step !== null) copies.push({ label: 'Scenario step', text: step })
  return [...copies, { label: 'JSON', text }]
}

function testKitCode({ kind, name, error }: TraceRow, text: string): string | null {
  if (kind === 'event') return `desk.emit('${name}', ${text})\n`
  if (kind === 'message') return `const message = await desk.waitForMessage('${name}')\nassert.deepEqual(message.payload, ${text})\n`
  if (kind === 'answer' && error !== undefined) return `desk.fail('${name}', { code: '${error.code}', message: ${JSON.stringify(error.message)} })\n`
  if (kind === 'answer') return `desk.handle('${name}', () => (${text}))\n`
  if (kind === 'action') return `desk.act('${name}', ${text})\n`
  return null
}

function scenarioStep({ kind, name, error }: TraceRow, payload: unknown): string | null {
  if (kind === 'message') return `- expect: ${flow({ message: name, payload })}\n`
  if (kind === 'answer' && error !== undefined) return `- refuse: ${flow({ message: name, code: error.code })}\n`
  if (kind === 'action' || kind === 'fault') return isEmpty(payload) ? `- ${name}\n` : `- ${name}: ${flow(payload)}\n`
  return null
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === 'object' && Object.keys(value).length === 0)
}

/** YAML in its flow style. Every text that might read as something else is quoted. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`
  if (typeof value === 'object' && value !== null) return `{${Object.entries(value).map(([key, member]) => `${plain(key)}: ${flow(member)}`).join(', ')}}`
  return typeof value === 'string' ? plain(value) : JSON.stringify(value)
}

function plain(text: string): string {
  return /^[A-Za-z][\w-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text) ? text : JSON.stringify(text)
}
