// `smartagent dev` with its page: one port for page and link, a desk that the page drives, and the plugin beside it.
import { randomBytes } from 'node:crypto'

import { Desk, VERSION } from '../desk.js'
import { FaultProxy } from '../fault-proxy.js'
import { SAMPLE_PLUGIN } from '../plugin-process.js'
import { requireFreePort } from '../port.js'
import { SCENARIO_NAMES, readScenario } from '../scenarios.js'
import { Timeline } from '../timeline.js'
import { runCommand } from './commands.js'
import { ConsoleLink } from './console-link.js'
import { DeskView } from './desk-view.js'
import { EmbedPage } from './embed-page.js'
import { BLANK } from './frame-tap.js'
import { Front } from './front.js'
import { HandlerGate } from './handler-gate.js'
import { Inspector } from './inspector.js'
import { PageFaults } from './page-faults.js'
import { servePage } from './page-files.js'
import { PageProcess } from './page-process.js'
import { grantOf } from './page-tokens.js'
import { Stage } from './stage.js'
import { Tape } from './tape.js'

/** @typedef {import('../dev-flags.js').DevOptions} DevOptions */

/** Ctrl-C ends everything in two seconds, whatever hangs. */
const FORCED_END_MS = 1_800
/** How long the links may take to be back before a scenario goes on without them. */
const BACK_WITHIN_MS = 15_000
/** What the timeline has as well, and the inspector sees as frames. */
const FRAMES = new Set(['event', 'message', 'answer'])
const FAULTS = new Set(['drop', 'delay', 'restart', 'refuse', 'slow', 'clear faults'])

/** @param {DevOptions} options @returns {Promise<number>} the exit code */
export async function runPage(options) {
  await requireFreePort(options.port)
  const run = new PageRun(options)
  await run.open()
  return run.untilStopped()
}

class PageRun {
  #options
  #end = new AbortController()
  #token = { plugin: newToken(), page: newToken(), embed: newToken() }
  #inspector = new Inspector(() => this.#link?.pushSoon())
  #gate = new HandlerGate()
  #proxy = new FaultProxy(0)
  #view = new DeskView(() => this.#changed())
  #sources
  #known
  #first
  #timeline
  #tape
  /** @type {ConsoleLink | undefined} */
  #link
  /** Closed all at once; then the port. @type {(() => unknown)[]} */
  #closing = []
  #closePort = () => {}

  /** @param {DevOptions} options */
  constructor(options) {
    this.#options = options
    // Read first: what is wrong with it is told before anything runs.
    const chosen = readScenario(options.scenario)
    const bundled = SCENARIO_NAMES.map(readScenario)
    const all = bundled.some(({ file }) => file === chosen.file) ? bundled : [chosen, ...bundled]
    this.#sources = new Map(all.map((source) => [source.facts.name, source]))
    this.#known = all.map(({ facts: { name, description, breaksLinks } }) => ({ name, description, breaksLinks }))
    this.#first = chosen
    this.#timeline = new Timeline({ stream: process.stdout, json: options.json, each: (record) => this.#note(record) })
    this.#tape = new Tape({ file: options.record, redact: options.redact })
  }

  async open() {
    const { command, plugin, type } = this.#options
    const front = new Front(this.#proxy, this.#inspector)
    const port = await front.listen(this.#options.port)
    const origins = [`http://127.0.0.1:${port}`, `http://localhost:${port}`]
    const addresses = {
      page: `${origins[0]}/`, link: `ws://127.0.0.1:${port}/link`,
      paste: `SMARTAGENT_URL=ws://127.0.0.1:${port}/link SMARTAGENT_TOKEN=${this.#token.plugin}`,
    }
    const desk = this.#newDesk(origins)
    // Somebody's own service alone leaves the page's place for a plugin empty; the sample is both.
    const embed = command.length > 0 && plugin === undefined && !command.includes(SAMPLE_PLUGIN) ? null : await EmbedPage.open({
      plugin, type, desktops: origins, host: addresses.link, token: this.#token.embed, changed: () => this.#changed(),
    })
    const faults = new PageFaults({ desk, proxy: this.#proxy, gate: this.#gate, changed: () => this.#changed() })
    const stage = new Stage({
      desk, timeline: this.#timeline, speed: this.#options.speed,
      changed: () => { this.#changed(); desk.look() },
      fault: (name, parameters, speed) => void this.#playFault({ desk, stage, faults }, name, parameters, speed),
    })
    const child = new PageProcess({ command, timeline: this.#timeline, changed: () => this.#changed() })
    const state = () => this.#view.state({
      desk, stage, faults, inspector: this.#inspector, known: this.#known, addresses, plugin: () => ({ embed: embed?.view ?? null, process: child.view }),
    })
    const targets = {
      stage, faults, view: this.#view, inspector: this.#inspector, tape: this.#tape, timeline: this.#timeline, sources: this.#sources, state,
      reload: async () => [...(embed === null ? [] : [await embed.reload().then(() => /** @type {const} */ ('page'))]), ...await child.restart()],
    }
    const link = new ConsoleLink({ token: this.#token.page, origins, sdk: VERSION, run: newToken() }, {
      state, inspector: this.#inspector, run: (name, parameters) => runCommand(targets, name, parameters),
    })
    this.#link = link
    servePage(link, { port, frames: embed === null ? [] : [embed.view.origin], sdk: VERSION })
    front.pagePort = await link.listen()
    await desk.openBehind(this.#proxy)
    this.#closing = [() => stage.close(), () => child.stop(), () => embed?.close(), () => desk.close(), () => link.close()]
    this.#closePort = () => front.close()
    this.#say(`${addresses.page}#token=${this.#token.page}`, addresses)
    child.start({ SMARTAGENT_URL: addresses.link, SMARTAGENT_TOKEN: this.#token.plugin })
    stage.load(this.#first)
    if (this.#options.scenarioGiven || command.length > 0) void this.#playOnce(desk, stage)
  }

  /** @returns {Promise<number>} the exit code */
  async untilStopped() {
    const { signal } = this.#end
    const interrupt = () => this.#end.abort()
    for (const name of ['SIGINT', 'SIGTERM']) process.on(name, interrupt)
    process.stdout.on('error', interrupt)
    // Nothing else may keep the process alive as surely.
    const alive = setInterval(() => {}, 60_000)
    await new Promise((resolve) => void (signal.aborted ? resolve(undefined) : signal.addEventListener('abort', resolve)))
    clearInterval(alive)
    setTimeout(() => process.exit(0), FORCED_END_MS).unref()
    await Promise.allSettled(this.#closing.map(async (close) => close()))
    this.#closePort()
    await this.#tape.close()
    return 0
  }

  /** @param {string[]} origins */
  #newDesk(origins) {
    return new Desk(this.#timeline, {
      quickConnects: this.#first.facts.quickConnects,
      host: {
        allowedOrigins: origins,
        authenticate: (/** @type {string | null} */ token, /** @type {any} */ peer) => grantOf(token, peer, { ...this.#token, origins }),
      },
      observe: (event, notice) => {
        if (event === 'host') this.#tape.follow(notice)
        this.#view.observe(event, notice)
        // The timeline has their messages; here they are what the desk made of them.
        if (event === 'title' || event === 'notification') this.#note({ at: 0, kind: 'state', name: event, plugin: notice.plugin, payload: notice })
      },
      wrap: (host) => this.#gate.wrap(host),
    })
  }

  /** Plays the scenario that was asked for when the first plugin is there. @param {Desk} desk @param {Stage} stage */
  async #playOnce(desk, stage) {
    if (!(await desk.until(() => desk.connected, { signal: this.#end.signal })) || stage.loaded?.state !== 'ready') return
    stage.play()
    await desk.until(() => stage.loaded?.state !== 'playing', { signal: this.#end.signal })
    this.#timeline.say('\nThe desktop stays up. Ctrl-C ends it.\n')
  }

  /** @param {{ desk: Desk, stage: Stage, faults: PageFaults }} targets @param {string} name @param {any} parameters @param {number} speed */
  async #playFault({ desk, stage, faults }, name, parameters, speed) {
    if (name === 'delay') return faults.delay(parameters.byMs / speed, parameters.forMs / speed)
    const wasConnected = desk.connected
    await (name === 'restart' ? faults.kill(parameters.downMs / speed) : faults.drop(parameters.forMs / speed))
    if (!wasConnected || desk.connected) return
    // What plugins see is the same at any speed.
    stage.holdFor(true)
    await desk.until(() => desk.connected, { withinMs: BACK_WITHIN_MS, signal: this.#end.signal })
    stage.holdFor(false)
  }

  /** @param {string} page @param {{ paste: string, link: string }} addresses */
  #say(page, { paste, link }) {
    this.#timeline.write('state', 'listening', { payload: { url: link } })
    // In JSON the tokens stay out of the output, which may be kept.
    const out = this.#options.json ? process.stderr : process.stdout
    out.write(`\nThe desktop's page:\n${page}\n\nA plugin in another terminal connects with:\n${paste}\n\n`)
  }

  /** @param {import('../timeline.js').TimelineRecord} record */
  #note({ kind, name, plugin, payload, error }) {
    if (FRAMES.has(kind)) return
    this.#inspector.row({
      ...BLANK, kind: kind === 'action' && FAULTS.has(name) ? 'fault' : kind === 'summary' ? 'state' : /** @type {any} */ (kind),
      direction: 'none', name, plugin: plugin ?? null, payload, ...(error === undefined ? {} : { error: { code: error.code ?? 'E_CONFLICT', message: error.message } }),
    })
  }

  #changed() {
    this.#link?.stateChanged()
  }
}

function newToken() {
  return randomBytes(24).toString('base64url')
}
