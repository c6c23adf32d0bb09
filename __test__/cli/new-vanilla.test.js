// `smartagent new --template vanilla`: from the packed package to a call in Chromium.
import { describe } from 'node:test'

import { testTemplate, usePackage } from './new-plugin.js'

describe('smartagent new, vanilla', () => {
  usePackage()
  testTemplate('vanilla')
})
