// The frame of the plugin on this page, and what can be said of it.
import { embedPlugin, type Embedding, type EmbedStatus } from 'smartagent-plugin-sdk/embed'
import { useEffect, useRef, useState } from 'react'

import type { EmbedView, PluginView } from '../link/protocol'

/** A page that is there and speaks the protocol knocks long before. */
const SLOW_AFTER_MS = 4_000

export type FrameState =
  | { status: 'loading' | 'connected' | 'interrupted' }
  | { status: 'slow'; detail: string }
  | { status: 'failed'; title: string; detail: string; todo: string }

/** Puts the plugin into a frame inside `place`, and reloads it whenever the desk says so. */
export function usePluginFrame(embed: EmbedView, session: PluginView | undefined) {
  const place = useRef<HTMLDivElement>(null)
  const embedding = useRef<Embedding | null>(null)
  const [status, setStatus] = useState<EmbedStatus | null>(null)
  const [failure, setFailure] = useState<string | null>(null)
  const { url, origin, host, token, reloads } = embed
  const { id, name, type } = embed.plugin
  // A new token is for the next link of a frame that stays.
  const currentToken = useRef(token)
  currentToken.current = token
  useEffect(() => {
    const frame = document.createElement('iframe')
    frame.title = `Plugin ${name}`
    frame.className = 'plugin-frame'
    place.current?.append(frame)
    setFailure(null)
    try {
      const made = embedPlugin(frame, { url, origin, plugin: id, type, host, token: () => currentToken.current, knockTimeoutMs: SLOW_AFTER_MS })
      embedding.current = made
      setStatus(made.status)
      made.on('state', setStatus)
    } catch (error) {
      frame.remove()
      setFailure(error instanceof Error ? error.message : String(error))
    }
    return () => {
      embedding.current?.remove()
      embedding.current = null
    }
  }, [url, origin, host, id, name, type])
  const seen = useRef(reloads)
  useEffect(() => {
    if (seen.current === reloads) return
    seen.current = reloads
    embedding.current?.reload()
  }, [reloads])
  return { place, state: stateOf(embed, session, status, failure) }
}

function stateOf(embed: EmbedView, session: PluginView | undefined, status: EmbedStatus | null, failure: string | null): FrameState {
  if (failure !== null) return { status: 'failed', title: 'The plugin cannot be embedded', detail: failure, todo: 'Check the address after --plugin.' }
  if (status?.state === 'ready') return { status: session?.connected === false ? 'interrupted' : 'connected' }
  // The desk looked at the page's headers, which this page cannot: it knows best why a frame stays empty.
  if (embed.problem !== null) return { status: 'failed', ...embed.problem }
  if (status?.state === 'stopped') return { status: 'failed', title: 'The desk refused the plugin', detail: status.message, todo: 'Look at the errors in the inspector, then reload the plugin.' }
  if (status?.state === 'not-responding') return { status: 'slow', detail: status.message }
  return { status: session === undefined ? 'loading' : 'interrupted' }
}
