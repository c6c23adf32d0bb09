// `npm start`: sets the clone up, then runs `smartagent dev` with the flags given.
import { spawn } from 'node:child_process'
import path from 'node:path'

import { ROOT, runAsProgram } from './steps.mjs'
import { setUp } from './setup.mjs'

await runAsProgram(import.meta.url, async () => {
  await setUp()
  const main = path.join(ROOT, 'js', 'cli', 'main.js')
  const child = spawn(process.execPath, [main, 'dev', ...process.argv.slice(2)], { stdio: 'inherit' })
  // A terminal signals the whole group; one sent to this process alone is handed on.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal))
  return new Promise((resolve) => child.once('close', (code) => resolve(code ?? 1)))
})
