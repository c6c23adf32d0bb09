import '@mantine/core/styles.css'
import './shell/shell.css'
import './phone/phone.css'
import './contact/contact.css'
import './plugin/plugin.css'
import './player/player.css'
import './inspector/inspector.css'

import { MantineProvider } from '@mantine/core'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

import { takeToken } from './link/token'
import { App } from './shell/App'
import { Gate } from './shell/Gate'
import { Desk } from './store/desk'
import { DeskContext } from './store/use-desk'
import { cssVariables, theme } from './theme'

const token = takeToken()
const desk = token === null ? null : new Desk(token)
desk?.open()

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      {desk === null
        ? <Gate title="This page needs its token" detail="Open the address that smartagent dev prints: the token is in it, behind the #. It is kept in the tab where it was opened, and nowhere else." />
        : <DeskContext value={desk}><App /></DeskContext>}
    </MantineProvider>
  </StrictMode>,
)
