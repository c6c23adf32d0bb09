// `smartagent dev`: a desktop for one plugin, a call for it to handle, and everything that happens, line by line.
import { writeFile } from 'node:fs/promises'

import { runPage } from './console/page-run.js'
import { Desk } from './desk.js'
import { UsageError } from './flags.js'
import { Play } from './play.js'
import { PluginProcess, SAMPLE_PLUGIN } from './plugin-process.js'
import { readScenario } from './scenarios.js'
import { Timeline } from './timeline.js'

/** Ctrl-C ends everything in two seconds, whatever hangs. */
const FORCED_END_MS = 1_800

/** @typedef {import('./dev-flags.js').DevOptions} DevOptions */

/** @param {DevOptions} options @returns {Promise<number>} the exit code */
export function runDev(options) {
  const withPage = !options.headless && !options.exit && options.play === undefined
  return withPage ? runPage(options) : new DevRun(options).run()
}

class DevRun {
  #options
  #scenario
  #timeline
  #desk
  #rounds = 0
  #end = new AbortController()
  /** Why the run failed: the first reason. @type {string | undefined} */
  #failure

  /** @param {DevOptions} options */
  constructor(options) {
    this.#options = options
    this.#scenario = options.play === undefined ? readScenario(options.scenario) : recorded(options.scenario)
    this.#timeline = new Timeline({ stream: process.stdout, json: options.json })
    this.#desk = new Desk(this.#timeline, { quickConnects: this.#scenario.facts.quickConnects, isReplay: options.play !== undefined })
  }

  async run() {
    const { port, exit, json, record, redact } = this.#options
    if (record !== undefined) await makeFile(record)
    const url = await this.#desk.open(port, this.#scenario.facts)
    if (record !== undefined) this.#desk.host.record(record, { redact })
    // The agent is signed in before the first plugin comes.
    let play = this.#nextPlay()
    this.#timeline.write('state', 'listening', { payload: { url } })
    const env = { SMARTAGENT_URL: url, SMARTAGENT_TOKEN: /** @type {string} */ (this.#desk.token) }
    // In JSON the token stays out of the output, which may be kept.
    const out = json ? process.stderr : process.stdout
    out.write(`\nA plugin in another terminal connects with:\nSMARTAGENT_URL=${env.SMARTAGENT_URL} SMARTAGENT_TOKEN=${env.SMARTAGENT_TOKEN}\n\n`)
    const interrupt = () => this.#interrupt()
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, interrupt)
    process.stdout.on('error', interrupt)
    const plugin = this.#startPlugin(env)
    let failed = true
    try {
      for (;;) {
        await this.#play(play)
        if (exit || !(await this.#again())) break
        play = this.#nextPlay()
      }
      // What happens while everything ends changes nothing any more.
      failed = this.#failure !== undefined
    } finally {
      setTimeout(() => process.exit(exit && failed ? 1 : 0), FORCED_END_MS).unref()
      await Promise.all([plugin.stop(), this.#desk.close()])
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

  #nextPlay() {
    const { speed, exit, command, play } = this.#options
    return new Play({
      desk: this.#desk, timeline: this.#timeline, scenario: this.#scenario, speed, round: this.#rounds++, signal: this.#end.signal,
      patient: !exit, sample: command.length === 0, replay: play, fail: (reason) => this.#fail(reason),
    })
  }

  /** Plays the scenario once, and sums it up. @param {Play} play */
  async #play(play) {
    const { exit } = this.#options
    await play.run()
    if (this.#end.signal.aborted && !exit) return
    const { events, messages } = this.#desk
    const ok = this.#failure === undefined
    this.#timeline.write('summary', this.#scenario.facts.name, {
      ok, payload: { events, messages }, ...(ok ? {} : { error: { message: /** @type {string} */ (this.#failure) } }),
    })
    if (exit) this.#timeline.end()
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

/** What a recording is to the desktop: a scenario without steps. @param {string} file */
function recorded(file) {
  return { file, text: '', facts: { name: file, description: '', breaksLinks: false, quickConnects: [] } }
}

/** Makes the file of a recording, so that a wrong path is told before anything runs. @param {string} file */
async function makeFile(file) {
  try {
    await writeFile(file, '', { mode: 0o600 })
  } catch (error) {
    throw new UsageError(`the recording cannot be written to ${file}: ${/** @type {NodeJS.ErrnoException} */ (error).code}`)
  }
}
