import { Button, Code, Loader } from '@mantine/core'
import { IconAlertTriangle, IconEyeOff, IconHourglass } from '@tabler/icons-react'
import type { PluginType } from 'smartagent-plugin-sdk'

import type { EmbedView } from '../link/protocol'
import { useDesk } from '../store/use-desk'
import type { FrameState } from './use-plugin-frame'

const WHEN: Record<PluginType, string> = {
  call: 'A plugin of type “call” is shown while a call lives.',
  'contact-log': 'A plugin of type “contact-log” is shown from the first contact to the end of its after call work.',
  nav: 'A plugin of type “nav” is shown by its entry in the navigation.',
  always: 'The plugin asked to be hidden.', default: 'The plugin asked to be hidden.', DPA: 'The plugin asked to be hidden.',
}

/** Lies over a plugin that is not to be seen now; it goes on running below. */
export function Hidden({ type, onShow }: { type: PluginType; onShow: () => void }) {
  return (
    <div className="plugin-cover">
      <span className="empty-icon"><IconEyeOff size={26} stroke={1.6} aria-hidden /></span>
      <strong>Hidden, and running</strong>
      <p>{WHEN[type]} It may also ask with showPlugin().</p>
      <Button variant="default" onClick={onShow}>Show it anyway</Button>
    </div>
  )
}

/** Why there is nothing to see, and what to do about it. */
export function Explanation({ embed, state }: { embed: EmbedView; state: FrameState }) {
  const desk = useDesk()
  const reload = <Button variant="default" onClick={() => void desk.ask('The plugin was not reloaded', 'plugin.reload')}>Try again</Button>
  if (state.status === 'failed') {
    return (
      <div className="plugin-cover" role="alert" data-tone="bad">
        <span className="empty-icon"><IconAlertTriangle size={26} stroke={1.6} aria-hidden /></span>
        <strong>{state.title}</strong>
        <p>{state.detail}</p>
        <p className="plugin-todo">{state.todo}</p>
        <Code className="plugin-url">{embed.url}</Code>
        {reload}
      </div>
    )
  }
  if (state.status === 'slow') {
    return (
      <div className="plugin-cover" role="status" data-tone="warn">
        <span className="empty-icon"><IconHourglass size={26} stroke={1.6} aria-hidden /></span>
        <strong>The plugin has not connected yet</strong>
        <p>{state.detail}</p>
        <p>The frame stays open: this goes away as soon as the plugin connects.</p>
        <p className="plugin-todo">Look at the page by itself, and run this:</p>
        <Code className="plugin-url">{`npx smartagent doctor --plugin ${embed.url}`}</Code>
        {reload}
      </div>
    )
  }
  return (
    <div className="plugin-cover" role="status">
      <Loader size="sm" aria-hidden />
      <strong>Loading the plugin</strong>
      <Code className="plugin-url">{embed.url}</Code>
    </div>
  )
}
