// `smartagent doctor`: why a plugin does not appear, and what to do.
import { UsageError, readFlags } from '../flags.js'
import { printable } from '../timeline.js'
import { checkMachine } from './machine-checks.js'
import { checkPage } from './page-checks.js'

export const DOCTOR_USAGE = `smartagent doctor [url] [flags]

  --desktop <origin>  of the desktop's page that is to show the plugin (default http://127.0.0.1:7420)
  --port <n>          of the desktop on this machine (default 7420)
  --json              one JSON object: {"ok", "findings": [{"check", "verdict", "title", "detail", "todo"}]}

Explains why a plugin does not appear. With the address of the plugin's page: whether it answers, may be framed
(X-Frame-Options, Content-Security-Policy), may run its scripts, and loads nothing insecure. Always: Node, the native
addon, the desktop's page and port. 1 when there is a problem, else 0.`

/** @typedef {{ url?: string, desktop: string, port: number, json: boolean }} DoctorOptions */

/** @param {string[]} argv @returns {DoctorOptions} */
export function readDoctorFlags(argv) {
  const { flags, files } = readFlags(argv, {
    desktop: { type: 'string' }, port: { type: 'number', min: 1, max: 65_535, whole: true }, json: { type: 'boolean' },
  }, { files: true })
  const [url, ...others] = files
  if (others.length > 0) throw new UsageError('smartagent doctor takes one address')
  const { port = 7420, json = false } = /** @type {Partial<DoctorOptions>} */ (flags)
  return {
    url: url === undefined ? undefined : address(url, 'the address of the plugin\'s page').href,
    desktop: address(String(flags.desktop ?? `http://127.0.0.1:${port}`), '--desktop').origin, port, json,
  }
}

/** @param {string} text @param {string} what */
function address(text, what) {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^https?:$/.test(url.protocol)) throw new UsageError(`${what} must be http or https, as http://localhost:5173/, and not "${text}"`)
  return url
}

/** @param {DoctorOptions} options @returns {Promise<number>} the exit code */
export async function runDoctor({ url, desktop, port, json }) {
  const findings = [...url === undefined ? [] : await checkPage(url, { desktop }), ...await checkMachine({ port })]
  const ok = findings.every(({ verdict }) => verdict !== 'problem')
  if (json) {
    process.stdout.write(`${JSON.stringify({ ok, findings })}\n`)
    return ok ? 0 : 1
  }
  const colored = process.stdout.isTTY && !process.env.NO_COLOR
  for (const { verdict, title, detail, todo } of findings) {
    const { sign, color } = LOOK[verdict]
    process.stdout.write(`${colored ? `\u001b[${color}m${sign}\u001b[0m` : sign} ${title}: ${printable(detail)}\n${todo === '' ? '' : `  → ${printable(todo)}\n`}`)
  }
  const count = (/** @type {string} */ wanted) => findings.filter(({ verdict }) => verdict === wanted).length
  process.stdout.write(`\n${ok ? 'No problem found' : `${count('problem')} to solve`}${count('warning') === 0 ? '' : `, ${count('warning')} to know of`}.\n`)
  return ok ? 0 : 1
}

const LOOK = { ok: { sign: '✓', color: 32 }, warning: { sign: '!', color: 33 }, problem: { sign: '✗', color: 31 } }
