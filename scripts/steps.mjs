// Running the commands of a set-up, build or test, with one progress line each. Only Node's own modules: this file runs
// before anything is installed.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..')

/** A reason to stop that a person can act on: one sentence, with the command that fixes it. */
export class SetupError extends Error {}

/**
 * Prints one progress line. It goes to standard error, because `npm start -- --json` promises NDJSON on standard output.
 * @param {string} text
 */
export function progress(text) {
  process.stderr.write(`smartagent: ${text}\n`)
}

/** The environment for child processes; a fresh Rust installation is found before the shell was restarted. */
export function toolEnvironment() {
  const cargoBin = path.join(homedir(), '.cargo', 'bin')
  const PATH = existsSync(cargoBin) ? `${process.env.PATH ?? ''}${path.delimiter}${cargoBin}` : process.env.PATH
  return { ...process.env, PATH }
}

/**
 * Runs a command and hands its output on.
 * @param {string} command
 * @param {string[]} args
 * @param {{quiet?: boolean, onOutput?: (text: string) => void, env?: Record<string, string>}} [options]
 *   `quiet` keeps the output back and shows it only on failure; `onOutput` sees all of it
 * @returns {Promise<{code: number, output: string}>} code 127 when the command does not exist
 */
export function run(command, args, { quiet = false, onOutput, env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: ROOT, env: { ...toolEnvironment(), ...env }, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true,
    })
    let output = ''
    const take = (/** @type {Buffer} */ chunk) => {
      const text = chunk.toString()
      output += text
      onOutput?.(text)
      if (!quiet) process.stderr.write(text)
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.once('error', (error) => resolve({ code: 127, output: String(error) }))
    child.once('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

/**
 * Runs npm, the same one that runs this script where there is one.
 * @param {string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
export function npm(args, options) {
  const script = process.env.npm_execpath
  if (script?.endsWith('.js')) return run(process.execPath, [script, ...args], options)
  return process.platform === 'win32' ? run('cmd.exe', ['/c', 'npm', ...args], options) : run('npm', args, options)
}

/**
 * Runs `main` when the module of that URL is the program; a `SetupError` is shown as its sentence alone.
 * @param {string} moduleUrl
 * @param {() => Promise<number>} main resolves with the exit code
 */
export async function runAsProgram(moduleUrl, main) {
  if (process.argv[1] === undefined || fileURLToPath(moduleUrl) !== path.resolve(process.argv[1])) return
  try {
    process.exitCode = await main()
  } catch (error) {
    process.stderr.write(error instanceof SetupError ? `smartagent: ${error.message}\n` : `${/** @type {Error} */ (error).stack}\n`)
    process.exitCode = 1
  }
}
