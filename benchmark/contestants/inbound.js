// @ts-check
// Events from the source to a listener.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { quantile, spent, wallMicros } from './meter.js'
import { readIncoming, readStatus } from './reading.js'

/**
 * Two rounds of events: one warms up, one is measured.
 * @param {any} link
 * @param {{ event: string, events: number, warm: number, listener: 'reads' | 'lazy' | 'none', listeners?: number, delay?: boolean, stamped?: boolean }} options
 */
export async function inbound(link, { event, events, warm, listener, listeners = 1, delay = false, stamped = false }) {
  let [received, checksum] = [0, 0]
  /** @type {number[]} */
  const latencies = []
  const read = event === 'next_status' ? readStatus : readIncoming
  for (let n = 0; n < listeners && listener !== 'none'; n++) {
    link.on(event, listener === 'lazy' ? () => void received++ : (/** @type {any} */ payload) => {
      received++
      checksum += read(payload)
      if (stamped) latencies.push(wallMicros() - payload.us)
    })
  }
  /** @type {() => void} */
  let ended = () => {}
  link.on('bench.end', () => ended())
  const round = () => new Promise((/** @type {(value?: any) => void} */ resolve) => {
    ended = resolve
    void link.ask()
  })
  await link.ready()
  await round()
  if (received !== (listener === 'none' ? 0 : warm * listeners)) throw new Error(`the warm-up brought ${received} events`)
  received = checksum = latencies.length = 0

  const histogram = delay ? monitorEventLoopDelay({ resolution: 1 }) : undefined
  const before = await spent()
  histogram?.enable()
  const start = performance.now()
  await round()
  const took = performance.now() - start
  histogram?.disable()
  const after = await spent()
  latencies.sort((a, b) => a - b)
  return {
    received, expected: listener === 'none' ? 0 : events * listeners, checksum,
    mainUs: (after.main - before.main) / events, totalUs: (after.total - before.total) / events, perSecond: events / took * 1_000,
    delayMs: histogram && histogram.percentile(99) / 1e6, p50Us: quantile(latencies, 0.5), p99Us: quantile(latencies, 0.99),
  }
}

/**
 * Events that break the schema. The SDK hangs up once there are more than the protocol allows; by hand each is refused.
 * @param {any} link @param {{ events: number }} options
 */
export async function invalid(link, { events }) {
  let delivered = 0
  link.on('incoming_call', () => void delivered++)
  const ended = new Promise((/** @type {(value?: any) => void} */ resolve) => {
    link.on('bench.end', resolve)
    link.onClosed(resolve)
  })
  await link.ready()
  const before = await spent()
  void link.ask().catch(() => {})
  await ended
  const after = await spent()
  if (link.invalid() === 0) throw new Error('no event was refused')
  return {
    received: delivered, expected: 0, checksum: 0, refused: link.invalid(),
    mainUs: (after.main - before.main) / events, totalUs: (after.total - before.total) / events,
  }
}
