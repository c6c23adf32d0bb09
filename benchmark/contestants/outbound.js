// @ts-check
// Messages and requests from the plugin to the source, each with its answer.
import { setTimeout as sleep } from 'node:timers/promises'
import { quantile, spent } from './meter.js'

const attributes = (/** @type {number} */ n) => ({ 'sa-name': 'Ben Okafor', 'sa-reason': 'delivery', tier: '2', case: `C-${n}` })

/** Runs the work twice, measures the second time. @param {number} count @param {(count: number) => Promise<number>} work */
async function measured(count, work) {
  await work(Math.ceil(count / 4))
  const before = await spent()
  const start = performance.now()
  const received = await work(count)
  const took = performance.now() - start
  const after = await spent()
  return {
    received, expected: count, checksum: 0, perSecond: count / took * 1_000,
    mainUs: (after.main - before.main) / count, totalUs: (after.total - before.total) / count,
  }
}

/** 64 messages a tick. @param {any} link @param {{ count: number }} options */
export async function burst(link, { count }) {
  await link.ready()
  return await measured(count, async (count) => {
    let answered = 0
    for (let sent = 0; sent < count; sent += 64) {
      const calls = Array.from({ length: Math.min(64, count - sent) }, (_, n) => link.updateContact(attributes(sent + n)))
      for (const { contactId } of await Promise.all(calls)) answered += Number(contactId === 'c-77')
    }
    return answered
  })
}

/** One message a millisecond. @param {any} link @param {{ count: number }} options */
export async function paced(link, { count }) {
  await link.ready()
  return await measured(count, async (count) => {
    let [answered, sent] = [0, 0]
    const start = performance.now()
    /** @type {Promise<void>[]} */
    const calls = []
    while (sent < count) {
      // Timers are late now and then: what is due goes out.
      for (const due = performance.now() - start; sent < count && sent <= due;) {
        calls.push(link.updateContact(attributes(sent++)).then(() => void answered++))
      }
      await sleep(1)
    }
    await Promise.all(calls)
    return answered
  })
}

/** Back to back. @param {any} link @param {{ count: number }} options */
export async function single(link, { count }) {
  await link.ready()
  /** @type {number[]} */
  let latencies = []
  const figures = await measured(count, async (count) => {
    latencies = []
    for (let n = 0; n < count; n++) {
      const start = performance.now()
      const { username } = await link.getUser()
      if (username === 'ada') latencies.push((performance.now() - start) * 1_000)
    }
    return latencies.length
  })
  latencies.sort((a, b) => a - b)
  return { ...figures, p50Us: quantile(latencies, 0.5), p99Us: quantile(latencies, 0.99) }
}

/** 64 in flight. @param {any} link @param {{ count: number }} options */
export async function many(link, { count }) {
  await link.ready()
  return await measured(count, async (count) => {
    let [asked, answered] = [0, 0]
    const lane = async () => {
      while (asked < count) {
        asked++
        const { username } = await link.getUser()
        answered += Number(username === 'ada')
      }
    }
    await Promise.all(Array.from({ length: 64 }, lane))
    return answered
  })
}
