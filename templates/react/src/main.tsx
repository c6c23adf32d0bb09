import SmartAgent from 'smartagent-plugin-sdk'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

import { App } from './App'
import { createPlugin } from './plugin'

// Name the desktop's origin before you publish: new SmartAgent({ allowedOrigins: ['https://desktop.example'] })
const sm = new SmartAgent()
const plugin = createPlugin(sm)

createRoot(document.querySelector('#app')!).render(
  <StrictMode>
    <App sm={sm} plugin={plugin} />
  </StrictMode>,
)
