// @ts-check
// What a contestant cost, as the operating system counts it.
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** The main thread has the process's own id. */
const MAIN = `/proc/self/task/${process.pid}/schedstat`

/** Whether the operating system tells a thread's time apart; elsewhere the process's time stands for the main thread's. */
export const PER_THREAD = readMain() !== undefined

/** @returns {number | undefined} nanoseconds on a processor */
function readMain() {
  try {
    return Number(readFileSync(MAIN, 'utf8').split(' ', 1)[0])
  } catch {
    return undefined
  }
}

/** Processor time so far, in microseconds. @returns {Promise<{ main: number, total: number, at: number }>} */
export async function spent() {
  const at = performance.now()
  // The kernel brings a thread's count up to date when the thread leaves its processor.
  await sleep(15)
  const { user, system } = process.cpuUsage()
  const total = user + system
  const main = readMain()
  return { main: main === undefined ? total : main / 1_000, total, at }
}

/** @param {number[]} sorted ascending @param {number} share 0 to 1 */
export function quantile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
}

/** One line of JSON: what the harness reads. @param {Record<string, unknown>} figures */
export function tell(figures) {
  process.stdout.write(`${JSON.stringify(figures)}\n`)
}

/** Wall clock in microseconds, comparable with another process's. */
export const wallMicros = () => (performance.timeOrigin + performance.now()) * 1_000
