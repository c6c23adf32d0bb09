import { Button, Menu } from '@mantine/core'
import { IconBolt, IconClockPause, IconPlugX, IconRefresh, IconSkull, IconSnowflake, IconThumbDown } from '@tabler/icons-react'
import { useEffect, useState } from 'react'

import type { FaultView } from '../link/protocol'
import { useDesk, useDeskState } from '../store/use-desk'

const DROP_MS = 5_000
const DOWN_MS = 3_000
const SLOW_FOR_MS = 60_000

/** Everything that can go wrong, one click each. */
export function FaultMenu() {
  const desk = useDesk()
  const faults = useDeskState((state) => state.faults)
  const active = useActive(faults)
  return (
    <div className="faults">
      {active.length === 0 ? null : (
        <Button variant="light" color="red" className="faults-active" title={active.join('\n')} onClick={() => void desk.ask('Not ended', 'fault.clear')}>
          <span className="faults-text" role="status">{active[0]}{active.length > 1 ? ` +${active.length - 1}` : ''}</span> · end
        </Button>
      )}
      <Menu position="bottom-end" width={290}>
        <Menu.Target><Button variant="default" leftSection={<IconBolt size={15} aria-hidden />}>Faults</Button></Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Links</Menu.Label>
          <Menu.Item leftSection={<IconPlugX size={15} aria-hidden />} onClick={() => void desk.ask('Not dropped', 'fault.drop', { forMs: DROP_MS })}>Drop the link for 5 s</Menu.Item>
          <Menu.Item leftSection={<IconClockPause size={15} aria-hidden />} onClick={() => void desk.ask('Not delayed', 'fault.delay', { byMs: 1_000, forMs: SLOW_FOR_MS })}>Delay the link by 1 s, for a minute</Menu.Item>
          <Menu.Item leftSection={<IconSkull size={15} aria-hidden />} onClick={() => void desk.ask('Not killed', 'fault.kill', { downMs: DOWN_MS })}>Kill the host, back in 3 s</Menu.Item>
          <Menu.Label>Answers</Menu.Label>
          <Menu.Item leftSection={<IconSnowflake size={15} aria-hidden />} onClick={() => void desk.ask('Not slowed', 'fault.slow', { byMs: 3_000, forMs: SLOW_FOR_MS })}>Answer 3 s late, for a minute</Menu.Item>
          <Menu.Item leftSection={<IconThumbDown size={15} aria-hidden />} onClick={() => void desk.ask('Not refused', 'fault.refuse', { code: 'E_UNAVAILABLE' })}>Refuse the next message</Menu.Item>
          <Menu.Label>Plugin</Menu.Label>
          <Menu.Item leftSection={<IconRefresh size={15} aria-hidden />} onClick={() => void desk.ask('Not reloaded', 'plugin.reload')}>Reload the plugin</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  )
}

/** The faults that are on now, in words. */
function useActive({ droppedUntil, delay, downUntil, slow, refusals }: FaultView): string[] {
  const [now, setNow] = useState(Date.now())
  const lasts = droppedUntil !== null || delay !== null || downUntil !== null || slow !== null
  useEffect(() => {
    if (!lasts) return undefined
    const timer = setInterval(() => setNow(Date.now()), 500)
    return () => clearInterval(timer)
  }, [lasts])
  const left = (until: number) => `${Math.max(0, Math.ceil((until - now) / 1000))} s`
  return [
    ...(downUntil === null ? [] : [`Host down: ${left(downUntil)}`]),
    ...(droppedUntil === null ? [] : [`Link dropped: ${left(droppedUntil)}`]),
    ...(delay === null ? [] : [`Delayed by ${delay.byMs} ms: ${left(delay.until)}`]),
    ...(slow === null ? [] : [`Answers ${slow.byMs} ms late: ${left(slow.until)}`]),
    ...refusals.map(({ message }) => `Refusing the next ${message ?? 'message'}`),
  ]
}
