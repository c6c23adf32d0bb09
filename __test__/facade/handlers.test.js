// @ts-nocheck: hands in what does not compile, on purpose.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HostHandlers } from '../../js/host-handlers.js'
import { SmartAgentError } from '../../js/errors.js'

/** Handlers over a native side that only notes what it is told. */
function bench() {
  const answers = []
  const reports = []
  const native = { handle() {}, answer: (ticket, json, isError) => answers.push([ticket, JSON.parse(json), isError]) }
  return { answers, reports, handlers: new HostHandlers(native, undefined, (error) => reports.push(error)) }
}
const run = (ticket) => ({ kind: 'run', ticket, method: 'get_user', payload: {}, agent: 'default' })

test('an error of a handler that is no JSON is answered all the same', async () => {
  const { answers, handlers } = bench()
  handlers.set('get_user', () => {
    throw new SmartAgentError('E_CONFLICT', 'busy', { issues: [{ path: 1n }] })
  })
  await handlers.run(run(7))
  assert.equal(answers.length, 1)
  assert.deepEqual([answers[0][0], answers[0][1].code, answers[0][2]], [7, 'E_INTERNAL', true])
})
