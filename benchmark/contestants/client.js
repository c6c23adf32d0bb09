// @ts-check
// One contestant of the plugin's side in its own process: `client.js <ours|ws> <work> <options as JSON>`.
import { inbound, invalid } from './inbound.js'
import { burst, many, paced, single } from './outbound.js'
import { tell } from './meter.js'

const WORKS = { inbound, invalid, burst, paced, single, many }

const [side, work, options] = process.argv.slice(2)
const { connect } = await import(side === 'ours' ? './ours.js' : './ws.js')
const settings = JSON.parse(options)
tell(await WORKS[/** @type {keyof typeof WORKS} */ (work)](await connect(settings.url), settings))
process.exit(0)
