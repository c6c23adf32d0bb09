import { IconPuzzle } from '@tabler/icons-react'

import { useDeskState } from '../store/use-desk'
import { EmbeddedPluginPane } from './EmbeddedPluginPane'
import { PluginHeader } from './PluginHeader'

/** Where the plugin has its place: its page in a frame, or, of one without a page, how it stands. */
export function PluginPane({ navOpen }: { navOpen: boolean }) {
  const embed = useDeskState((state) => state.embed)
  return embed === null ? <ProcessPane /> : <EmbeddedPluginPane embed={embed} navOpen={navOpen} />
}

/** Plugins that are connected without a page: a Node service, a plugin in another terminal. */
function ProcessPane() {
  const plugins = useDeskState((state) => state.plugins)
  const process = useDeskState((state) => state.process)
  return (
    <section className="pane plugin-pane" aria-label="Plugins">
      {plugins.length === 0 ? (
        <div className="empty">
          <span className="empty-icon"><IconPuzzle size={28} stroke={1.6} aria-hidden /></span>
          <strong>{process?.state === 'running' ? 'Waiting for the plugin to connect' : 'No plugin is connected'}</strong>
          <p>{process === null ? 'Start one with the two variables behind the plug at the top.' : processText(process)}</p>
        </div>
      ) : (
        <div className="plugin-cards" tabIndex={0} role="group" aria-label="Connected plugins">
          {plugins.map((plugin) => (
            <article key={plugin.session} className="plugin-card" aria-label={plugin.plugin}>
              <PluginHeader name={plugin.plugin} type={plugin.type} title={plugin.title} tone={plugin.connected ? 'good' : 'warn'} state={plugin.connected ? 'connected' : 'link lost'} />
              <dl className="facts">
                <div className="fact"><dt>Shown</dt><dd>{plugin.visible ? 'yes' : 'no'}</dd></div>
                <div className="fact"><dt>Carrier</dt><dd>{plugin.carrier}</dd></div>
                <div className="fact"><dt>Granted</dt><dd>{plugin.granted.join(', ') || 'nothing'}</dd></div>
                {plugin.denied.length === 0 ? null : <div className="fact"><dt>Denied</dt><dd className="text-bad">{plugin.denied.join(', ')}</dd></div>}
              </dl>
            </article>
          ))}
        </div>
      )}
      {process?.state === 'ended' && plugins.length > 0 ? <p className="plugin-note">{processText(process)}</p> : null}
    </section>
  )
}

function processText({ command, state, reason }: { command: string; state: 'running' | 'ended'; reason: string | null }): string {
  return state === 'running' ? `It was started with: ${command}` : `The plugin’s process ended${reason === null ? '' : `: ${reason}`}. Reload the plugin to start it again.`
}
