// `smartagent dev`: a desktop for one plugin, a call for it to handle, and everything that happens, line by line.
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'

import { Desk } from './desk.js'
import { UsageError } from './flags.js'
import { PluginProcess } from './plugin-process.js'
import { findScenario } from './scenario.js'
import { Timeline } from './timeline.js'

const SAMPLE_PLUGIN = fileURLToPath(new URL('../../sample-plugin/plugin.js', import.meta.url))
/** How long a plugin may take to connect, and to send what a scenario expects of it. */
const CONNECT_WITHIN_MS = 15_000
const EXPECT_WITHIN_MS = 5_000
/** A run is over when nothing happened for this long, or after the limit. */
const QUIET_MS = 300
const SETTLE_WITHIN_MS = 3_000
/** Ctrl-C ends everything in two seconds, whatever hangs. */
const FORCED_END_MS = 1_800

/** @typedef {import('./dev-flags.js').DevOptions} DevOptions */

/** @param {DevOptions} options @returns {Promise<number>} the exit code */
export function runDev(options) {
  return new DevRun(options).run()
}

class DevRun {
  #options
  #timeline
  #desk
  #end = new AbortController()
  /** Why the run failed: the first reason. @type {string | undefined} */
  #failure

  /** @param {DevOptions} options */
  constructor(options) {
    this.#options = options
    this.#timeline = new Timeline({ stream: process.stdout, json: options.json })
    this.#desk = new Desk(this.#timeline, { isReplay: options.play !== undefined })
  }

  async run() {
    const { port, exit, json, record, redact } = this.#options
    if (record !== undefined) await makeFile(record)
    const { url, token } = await this.#desk.open(port)
    if (record !== undefined) this.#desk.host.record(record, { redact })
    this.#timeline.write('state', 'listening', { payload: { url } })
    // In JSON the token stays out of the output, which may be kept.
    const out = json ? process.stderr : process.stdout
    out.write(`\nA plugin in another terminal connects with:\nSMARTAGENT_URL=${url} SMARTAGENT_TOKEN=${token}\n\n`)
    const interrupt = () => this.#interrupt()
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, interrupt)
    process.stdout.on('error', interrupt)
    const plugin = this.#startPlugin({ SMARTAGENT_URL: url, SMARTAGENT_TOKEN: token })
    let failed = true
    try {
      do await this.#play()
      while (!exit && await this.#again())
      // What happens while everything ends changes nothing any more.
      failed = this.#failure !== undefined
    } finally {
      setTimeout(() => process.exit(exit && failed ? 1 : 0), FORCED_END_MS).unref()
      await Promise.all([plugin.stop(), this.#desk.host.close()])
    }
    return exit && failed ? 1 : 0
  }

  /** @param {{SMARTAGENT_URL: string, SMARTAGENT_TOKEN: string}} env */
  #startPlugin(env) {
    const { command, exit } = this.#options
    return new PluginProcess({
      command: command.length === 0 ? [process.execPath, SAMPLE_PLUGIN] : command,
      env,
      onLine: (stream, line) => this.#timeline.write('log', stream, { payload: { line } }),
      onUnexpectedEnd: (reason) => {
        this.#fail(reason)
        this.#timeline.write('state', 'plugin_ended', { error: { message: reason } })
        // Without --exit the desktop waits for the plugin to be started again, here or in another terminal.
        if (exit) this.#end.abort()
      },
    })
  }

  /** Plays once, and sums it up. */
  async #play() {
    const { scenario, exit, play } = this.#options
    const { signal } = this.#end
    if (await this.#connected()) {
      if (play === undefined) await this.#playScenario()
      else await play(this.#desk, signal)
      await this.#settle()
      this.#judge('every message of the plugin is accepted', this.#desk.faults[0])
    }
    if (signal.aborted && !exit) return
    const { events, messages } = this.#desk
    const ok = this.#failure === undefined
    this.#timeline.write('summary', scenario, {
      ok, payload: { events, messages }, ...(ok ? {} : { error: { message: /** @type {string} */ (this.#failure) } }),
    })
    if (exit) this.#timeline.end()
  }

  async #playScenario() {
    const { scenario, command, speed } = this.#options
    const { signal } = this.#end
    for (const step of /** @type {import('./scenario.js').Scenario} */ (findScenario(scenario)).steps) {
      if (signal.aborted) break
      if ('wait' in step) await sleep(step.wait / speed, undefined, { signal }).catch(() => {})
      else if ('action' in step) this.#desk.act(step)
      else if (command.length === 0) await this.#expect(step)
    }
  }

  /** Waits for the first plugin; only a run that ends by itself gives up. */
  async #connected() {
    const { signal } = this.#end
    const withinMs = this.#options.exit ? CONNECT_WITHIN_MS : undefined
    const connected = await this.#desk.until(() => this.#desk.connected, { withinMs, signal })
    if (!signal.aborted) {
      this.#judge('the plugin connects', connected ? undefined : `no plugin connected within ${CONNECT_WITHIN_MS / 1000} s`)
    }
    return connected
  }

  /** @param {{expect: string, after: string}} step */
  async #expect({ expect, after }) {
    const { signal } = this.#end
    const met = await this.#desk.until(() => this.#desk.hasAccepted(expect), { withinMs: EXPECT_WITHIN_MS, signal })
    if (!signal.aborted) {
      this.#judge(`the plugin sends ${expect} after ${after}`, met ? undefined : `no ${expect} was accepted within ${EXPECT_WITHIN_MS / 1000} s`)
    }
  }

  /** What is still under way is not cut off. */
  async #settle() {
    const limit = performance.now() + SETTLE_WITHIN_MS
    while (performance.now() < Math.min(limit, this.#desk.lastAt + QUIET_MS) && !this.#end.signal.aborted) await sleep(QUIET_MS / 4)
  }

  /** @param {string} expectation @param {string | undefined} reason why it does not hold */
  #judge(expectation, reason) {
    this.#timeline.write('expectation', expectation, reason === undefined ? {} : { error: { message: reason } })
    if (reason !== undefined) this.#fail(`expected: ${expectation}; but ${reason}`)
  }

  /** @returns {Promise<boolean>} whether to play the scenario once more */
  async #again() {
    const { signal } = this.#end
    if (signal.aborted) return false
    const interactive = process.stdin.isTTY
    this.#timeline.say(`\nThe desktop stays up. ${interactive ? 'Enter plays the call again, ' : ''}Ctrl-C ends it.\n`)
    if (interactive) process.stdin.resume()
    const again = await new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve(false), { once: true })
      if (interactive) process.stdin.once('data', () => resolve(true))
    })
    process.stdin.pause()
    this.#failure = undefined
    this.#desk.faults = []
    return again
  }

  #interrupt() {
    if (this.#options.exit) this.#fail('interrupted')
    this.#end.abort()
  }

  /** @param {string} reason */
  #fail(reason) {
    this.#failure ??= reason
  }
}

/** Makes the file of a recording, so that a wrong path is told before anything runs. @param {string} file */
async function makeFile(file) {
  try {
    await writeFile(file, '', { mode: 0o600 })
  } catch (error) {
    throw new UsageError(`the recording cannot be written to ${file}: ${/** @type {NodeJS.ErrnoException} */ (error).code}`)
  }
}
