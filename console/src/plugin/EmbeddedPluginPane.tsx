import { ActionIcon, Tooltip } from '@mantine/core'
import { IconEye, IconEyeOff, IconReload } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import type { PluginType } from 'smartagent-plugin-sdk'

import type { EmbedView } from '../link/protocol'
import { useDesk, useDeskState } from '../store/use-desk'
import { PluginHeader, type Tone } from './PluginHeader'
import { Explanation, Hidden } from './PluginCover'
import { type FrameState, usePluginFrame } from './use-plugin-frame'

const PLACES: Record<PluginType, string> = {
  call: 'Beside the call', 'contact-log': 'Contact log', nav: 'Behind its navigation entry', always: 'Always there', default: 'Side panel', DPA: 'A place of the desktop’s own choice',
}
const LOOKS: Record<FrameState['status'], { tone: Tone; label: string }> = {
  loading: { tone: 'idle', label: 'loading' }, slow: { tone: 'warn', label: 'no link yet' }, failed: { tone: 'bad', label: 'not shown' },
  connected: { tone: 'good', label: 'connected' }, interrupted: { tone: 'warn', label: 'link lost' },
}

/** The plugin's page, of another origin, in the place of its type. */
export function EmbeddedPluginPane({ embed, navOpen }: { embed: EmbedView; navOpen: boolean }) {
  const desk = useDesk()
  const { id, name, type } = embed.plugin
  const session = useDeskState(({ plugins }) => plugins.findLast(({ plugin }) => plugin === id))
  const { place, state } = usePluginFrame(embed, session)
  const [choice, setChoice] = useOverride(session?.visible)
  const byHost = session?.visible === true || (type === 'nav' && navOpen)
  const isShown = choice ?? byHost
  const label = isShown ? 'Hide the plugin' : 'Show the plugin'
  const isCovered = state.status !== 'connected' && state.status !== 'interrupted'
  return (
    <section className="pane plugin-pane" aria-label={`Plugin ${name}`} data-shown={isShown}>
      <PluginHeader name={name} type={type} title={session?.title ?? ''} tone={LOOKS[state.status].tone} state={LOOKS[state.status].label}>
        <Tooltip label={label}>
          <ActionIcon aria-label={label} disabled={session === undefined} onClick={() => setChoice(!isShown)}>
            {isShown ? <IconEyeOff size={16} aria-hidden /> : <IconEye size={16} aria-hidden />}
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Reload the plugin">
          <ActionIcon aria-label="Reload the plugin" onClick={() => void desk.ask('The plugin was not reloaded', 'plugin.reload')}><IconReload size={16} aria-hidden /></ActionIcon>
        </Tooltip>
      </PluginHeader>
      <div className="plugin-place">{PLACES[type]} · {embed.origin}</div>
      <div className="plugin-body">
        <div ref={place} className="plugin-window" data-visible={isShown && !isCovered} />
        {isCovered ? <Explanation embed={embed} state={state} /> : isShown ? null : <Hidden type={type} onShow={() => setChoice(true)} />}
      </div>
    </section>
  )
}

/** What the agent chose, until the plugin or its type decides again. */
function useOverride(visible: boolean | undefined) {
  const [choice, setChoice] = useState<boolean | null>(null)
  useEffect(() => setChoice(null), [visible])
  return [choice, setChoice] as const
}
