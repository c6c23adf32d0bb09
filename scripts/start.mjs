// `npm start`: sets the clone up, then runs `smartagent dev` with the flags given; without any, a first call is played to
// the sample plugin, here as a Node process and on the page as a page.
import { spawn } from 'node:child_process'
import path from 'node:path'

import { ROOT, runAsProgram } from './steps.mjs'
import { setUp } from './setup.mjs'

const FIRST_CALL = ['--scenario', 'inbound-call', '--', process.execPath, path.join(ROOT, 'sample-plugin', 'plugin.js')]

await runAsProgram(import.meta.url, async () => {
  await setUp()
  const main = path.join(ROOT, 'js', 'cli', 'main.js')
  const given = process.argv.slice(2)
  const child = spawn(process.execPath, [main, 'dev', ...(given.length === 0 ? FIRST_CALL : given)], { stdio: 'inherit' })
  // A terminal signals the whole group; one sent to this process alone is handed on.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal))
  return new Promise((resolve) => child.once('close', (code) => resolve(code ?? 1)))
})
