// The service. It finds the desktop by SMARTAGENT_URL and SMARTAGENT_TOKEN.
import SmartAgent from 'smartagent-plugin-sdk'

import { install } from './plugin.js'

const sm = new SmartAgent({ plugin: { id: '{{id}}', version: '0.1.0', type: 'call' } })
install(sm)
sm.on('error', (error) => console.error(`${error.code}: ${error.message}`))
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void sm.close())

const { user } = await sm.init()
console.log(`hello ${user?.name ?? 'agent'}`)
