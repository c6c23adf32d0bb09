import { CloseButton } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconExclamationCircle } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'

import { useStore } from '../store/store'
import { useDesk, useDeskState } from '../store/use-desk'
import { NotificationCard } from './NotificationBell'

/** A new notification lies over the desktop for so long; afterwards the bell has it. */
const SHOWN_FOR_MS = 6_000

/** So many of a kind are shown at once. */
const TOASTS = 3
const SLOT_PX = 92

/** What comes up over the desktop: plugins' notifications and popups, and what went wrong here. */
export function Notices() {
  return (
    <>
      <div className="popups" role="status" aria-label="Popup messages"><Popups /></div>
      <div role="status" aria-label="New notifications"><Fresh /></div>
      <div role="alert"><Troubles /></div>
    </>
  )
}

function Popups() {
  const desk = useDesk()
  const popups = useDeskState((state) => state.popups)
  return popups.map(({ id, type, message, plugin }) => (
    <div key={id} className="popup" data-type={type}>
      {type === 'SUCCESS' ? <IconCircleCheck size={20} aria-label="Success" /> : <IconExclamationCircle size={20} aria-label="Error" />}
      <span className="popup-text">{message}<small>{plugin}</small></span>
      <CloseButton size="sm" aria-label="Dismiss popup" onClick={() => void desk.ask('Not dismissed', 'popup.dismiss', { id })} />
    </div>
  ))
}

function Fresh() {
  const notifications = useDeskState((state) => state.notifications)
  const [, setTick] = useState(0)
  const seen = useRef(new Map<string, number>())
  const fresh = notifications.filter(({ notificationId }) => {
    const at = seen.current.get(notificationId) ?? performance.now()
    seen.current.set(notificationId, at)
    return performance.now() - at < SHOWN_FOR_MS
  })
  const hasFresh = fresh.length > 0
  useEffect(() => {
    if (!hasFresh) return undefined
    const timer = setInterval(() => setTick((tick) => tick + 1), 500)
    return () => clearInterval(timer)
  }, [hasFresh])
  const slots = useSlots(fresh.slice(-TOASTS).map(({ notificationId }) => notificationId))
  return fresh.slice(-TOASTS).map((one) => (
    <div key={one.notificationId} className="toast" style={{ bottom: bottomOf(slots.get(one.notificationId)) }}><NotificationCard notification={one} /></div>
  ))
}

function Troubles() {
  const desk = useDesk()
  const troubles = useStore(desk.troubles, (all) => all)
  const slots = useSlots(troubles.map(({ id }) => String(id)))
  return troubles.map(({ id, title, message }) => (
    <div key={id} className="toast trouble" style={{ bottom: bottomOf(slots.get(String(id)), TOASTS) }}>
      <IconAlertTriangle size={20} aria-hidden />
      <div><strong>{title}</strong><p>{message}</p></div>
      <CloseButton size="sm" aria-label={`Dismiss: ${title}`} onClick={() => desk.dismissTrouble(id)} />
    </div>
  ))
}

/** A place for each, which it keeps: what comes and goes moves nothing else. */
function useSlots(ids: readonly string[]): ReadonlyMap<string, number> {
  const taken = useRef(new Map<string, number>())
  const slots = taken.current
  for (const id of [...slots.keys()]) if (!ids.includes(id)) slots.delete(id)
  for (const id of ids) {
    if (slots.has(id)) continue
    const used = new Set(slots.values())
    let slot = 0
    while (used.has(slot)) slot += 1
    slots.set(id, slot)
  }
  return slots
}

function bottomOf(slot = 0, from = 0): number {
  return 14 + (slot + from) * SLOT_PX
}
