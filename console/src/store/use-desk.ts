import { createContext, useContext, useEffect, useState } from 'react'

import type { ContactView, DeskState } from '../link/protocol'
import type { Desk } from './desk'
import { useStore } from './store'

export const DeskContext = createContext<Desk | null>(null)

export function useDesk(): Desk {
  const desk = useContext(DeskContext)
  if (desk === null) throw new Error('useDesk needs a DeskContext around it')
  return desk
}

/** A part of the desk's state. Only for what is shown once there is a state. */
export function useDeskState<S>(select: (state: DeskState) => S): S {
  const desk = useDesk()
  return useStore(desk.state, (state) => {
    if (state === null) throw new Error('shown before the desk had a state')
    return select(state)
  })
}

/** The contact that the agent looks at: the focused one, else the newest. */
export function useFocusedContact(): ContactView | null {
  return useDeskState(({ contacts, focusedContactId }) =>
    contacts.find(({ contact }) => contact.contactId === focusedContactId) ?? contacts.at(-1) ?? null)
}

/** The contact centre's time, moving. */
export function useDeskNow(everyMs = 250): number {
  const desk = useDesk()
  const [now, setNow] = useState(() => desk.now())
  useEffect(() => {
    const show = () => setNow(desk.now())
    const timer = setInterval(show, everyMs)
    const stop = desk.state.subscribe(show)
    return () => {
      clearInterval(timer)
      stop()
    }
  }, [desk, everyMs])
  return now
}
