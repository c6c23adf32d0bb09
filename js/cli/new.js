// `smartagent new`: writes a plugin that runs and passes its tests.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline/promises'
import { fileURLToPath } from 'node:url'

import { UsageError, closest, readFlags } from './flags.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/** Which folders of `templates/` make a template; a later one's files win. */
const TEMPLATES = /** @type {Record<string, { layers: string[], script: string, says: string }>} */ ({
  vanilla: { layers: ['page', 'vanilla'], script: 'ts', says: 'a page in TypeScript, with Vite' },
  react: { layers: ['page', 'react'], script: 'tsx', says: 'a page in React and TypeScript, with Vite' },
  node: { layers: ['node'], script: 'js', says: 'a service in Node' },
})
const NAMES = Object.keys(TEMPLATES)

export const NEW_USAGE = `smartagent new <directory> [flags]

  --template <t>   ${Object.entries(TEMPLATES).map(([name, { says }]) => `${name}: ${says}`).join('\n                   ')}
                   (default vanilla; on a terminal you are asked)

Writes a plugin with its tests into a new or empty directory. "npm install" and "npm start" there show it in the dev
desktop, "npm test" runs its tests.`

/** @typedef {{ directory: string, template?: string }} NewOptions */

/** @param {string[]} argv @returns {NewOptions} */
export function readNewFlags(argv) {
  const { flags, files } = readFlags(argv, { template: { type: 'string' } }, { files: true })
  const [directory, ...others] = files
  if (directory === undefined || others.length > 0) throw new UsageError('smartagent new takes one directory to write to')
  return { directory, template: flags.template === undefined ? undefined : known(String(flags.template)) }
}

/** @param {NewOptions} options @returns {Promise<number>} the exit code */
export async function runNew({ directory, template = '' }) {
  const target = path.resolve(directory)
  if (existsSync(target) && !isEmpty(target)) throw new UsageError(`${directory} is not empty: give a new directory`)
  const chosen = template === '' ? await askTemplate() : template
  const { layers, script } = /** @type {NonNullable<TEMPLATES[string]>} */ (TEMPLATES[chosen])
  const words = { ...namesOf(path.basename(target)), script, sdk: sdkFor(target) }
  for (const layer of layers) {
    for (const file of filesOf(path.join(ROOT, 'templates', layer))) write(target, layer, file, words)
  }
  // A clone is copied into the plugin's node_modules, as npm would install it from a registry; a link would lie outside of it.
  if (isClone()) writeFileSync(path.join(target, '.npmrc'), 'install-links=true\n')
  process.stdout.write(`${directory}: ${/** @type {any} */ (TEMPLATES[chosen]).says}\n\n  cd ${directory}\n  npm install\n  npm start\n\n`)
  return 0
}

/** @param {string} name */
function known(name) {
  if (Object.hasOwn(TEMPLATES, name)) return name
  const near = closest(name, NAMES)
  throw new UsageError(`there is no template "${name}": ${near === undefined ? `there is ${NAMES.join(', ')}` : `did you mean "${near}"?`}`)
}

/** Nobody is asked where nobody can answer. */
async function askTemplate() {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return 'vanilla'
  const prompt = createInterface({ input: process.stdin, output: process.stdout })
  try {
    const answer = (await prompt.question(`Which template: ${NAMES.join(', ')}? (vanilla) `)).trim()
    return answer === '' ? 'vanilla' : known(answer)
  } finally {
    prompt.close()
  }
}

/** @param {string} directory @returns {string[]} paths below it */
function filesOf(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath ?? entry.path, entry.name)))
}

/** @param {string} target @param {string} layer @param {string} file @param {Record<string, string>} words */
function write(target, layer, file, words) {
  // npm leaves a file of the real name out of a package.
  const to = path.join(target, file === 'gitignore' ? '.gitignore' : file)
  const text = readFileSync(path.join(ROOT, 'templates', layer, file), 'utf8')
  mkdirSync(path.dirname(to), { recursive: true })
  writeFileSync(to, text.replaceAll(/\{\{(\w+)\}\}/g, (whole, word) => words[word] ?? whole))
}

/** A plugin's id and title from a directory's name. @param {string} name */
export function namesOf(name) {
  const id = name.toLowerCase().replaceAll(/[^a-z\d._-]+/g, '-').replaceAll(/^[._-]+|[._-]+$/g, '').slice(0, 64) || 'plugin'
  const title = id.replaceAll(/[._-]+/g, ' ').replace(/^./, (first) => first.toUpperCase())
  return { id, title }
}

/** What npm is to install: this version, or this clone. @param {string} target */
function sdkFor(target) {
  if (!isClone()) return `^${JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')).version}`
  return `file:${path.relative(target, ROOT).split(path.sep).join('/')}`
}

function isClone() {
  return existsSync(path.join(ROOT, 'Cargo.toml'))
}

/** @param {string} directory */
function isEmpty(directory) {
  try {
    return readdirSync(directory).length === 0
  } catch {
    // A file of that name.
    return false
  }
}
