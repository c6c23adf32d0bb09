// Runs test files in the main process of a real Electron: `electron main.js <file>…`. It writes TAP, and ends with 1 when a
// test has failed.
import path from 'node:path'
import { run } from 'node:test'
import { tap } from 'node:test/reporters'

import { app } from 'electron'

// Every site's name is this machine's, as in the browser of the other tests.
app.commandLine.appendSwitch('host-resolver-rules', 'MAP *.test 127.0.0.1')
app.disableHardwareAcceleration()
// Tests open and close windows; the program ends with the last test.
app.on('window-all-closed', () => {})

// Not awaited here: Electron is ready only after this module has been loaded.
app.whenReady().then(() => {
  const files = process.argv.filter((arg) => arg.endsWith('.test.js')).map((file) => path.resolve(file))
  let failed = files.length === 0
  // The types are of a Node without it; Electron's has it.
  const results = run(/** @type {any} */ ({ files, isolation: 'none' }))
  results.on('test:fail', () => { failed = true })
  results.on('end', () => setImmediate(() => app.exit(failed ? 1 : 0)))
  results.compose(tap).pipe(process.stdout)
})
