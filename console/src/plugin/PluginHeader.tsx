import { IconPuzzle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { PluginType } from 'smartagent-plugin-sdk'

export type Tone = 'good' | 'warn' | 'bad' | 'idle'

interface PluginHeaderProps { name: string; type: PluginType | null; title: string; tone: Tone; state: string; children?: ReactNode }

/** The plugin's name, its title tag, and how its link is. */
export function PluginHeader({ name, type, title, tone, state, children }: PluginHeaderProps) {
  return (
    <div className="plugin-header">
      <IconPuzzle size={17} aria-hidden />
      <h2 className="plugin-name" title={name}>{name}</h2>
      <span key={title} className="plugin-title" data-empty={title === ''} title={title}>{title === '' ? 'no title tag' : title}</span>
      <span className="plugin-state" data-tone={tone} role="status"><span className="tone-dot" />{state}</span>
      {type === null ? null : <span className="plugin-type">{type}</span>}
      {children}
    </div>
  )
}
