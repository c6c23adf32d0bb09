import { ActionIcon, Button, Select, Tooltip, VisuallyHidden } from '@mantine/core'
import { IconPlayerPauseFilled, IconPlayerPlayFilled, IconPlayerSkipForwardFilled, IconPlayerStopFilled } from '@tabler/icons-react'

import type { ScenarioView } from '../link/protocol'
import { useDesk, useDeskState } from '../store/use-desk'
import { FaultMenu } from './FaultMenu'
import { StepsPopover } from './StepsPopover'

type Loaded = NonNullable<ScenarioView['loaded']>

const SPEEDS = [0.5, 1, 2, 5, 20, 100]
const STATES: Record<Loaded['state'], string> = { ready: 'ready', playing: 'playing', paused: 'paused', passed: 'passed', failed: 'failed' }

/** Plays scenarios, and breaks things. */
export function PlayerBar() {
  const desk = useDesk()
  const { known, loaded, speed } = useDeskState(({ scenario }) => scenario)
  const options = known.map(({ name }) => name)
  if (loaded !== null && !options.includes(loaded.name)) options.push(loaded.name)
  const load = (name: string | null) => { if (name !== null) void desk.ask(`${name} was not loaded`, 'scenario.load', { name }) }
  return (
    <section className="player" aria-label="Scenario">
      <Select className="player-choice" aria-label="Scenario" placeholder="Choose a scenario" data={options} value={loaded?.name ?? null} onChange={load} allowDeselect={false} maxDropdownHeight={420} />
      <PlayerButtons loaded={loaded} />
      <Select className="player-speed" aria-label="Speed" data={[...new Set([...SPEEDS, speed])].sort((a, b) => a - b).map((value) => ({ value: String(value), label: `${value}×` }))} value={String(speed)} allowDeselect={false}
        onChange={(value) => { if (value !== null) void desk.ask('The speed was not changed', 'scenario.speed', { speed: Number(value) }) }} />
      <div className="player-state">{loaded === null ? <span className="player-none">No scenario: you drive the desktop yourself.</span> : <Progress loaded={loaded} />}</div>
      <FaultMenu />
    </section>
  )
}

function PlayerButtons({ loaded }: { loaded: Loaded | null }) {
  const desk = useDesk()
  const isPlaying = loaded?.state === 'playing'
  const isOver = loaded?.state === 'passed' || loaded?.state === 'failed'
  const playLabel = isPlaying ? 'Pause' : isOver ? 'Play again' : 'Play'
  return (
    <div className="player-buttons" role="group" aria-label="Player">
      <Tooltip label={playLabel}>
        <ActionIcon size={30} variant="filled" color="teal" aria-label={playLabel} disabled={loaded === null}
          onClick={() => void (isPlaying ? desk.ask('Not paused', 'scenario.pause') : desk.ask('Not played', 'scenario.play'))}>
          {isPlaying ? <IconPlayerPauseFilled size={15} aria-hidden /> : <IconPlayerPlayFilled size={15} aria-hidden />}
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Take the next step now">
        <ActionIcon size={30} variant="default" aria-label="Step" disabled={loaded === null || isOver} onClick={() => void desk.ask('No step was taken', 'scenario.step')}><IconPlayerSkipForwardFilled size={15} aria-hidden /></ActionIcon>
      </Tooltip>
      <Tooltip label="Stop, and drive the desktop yourself">
        <ActionIcon size={30} variant="default" aria-label="Stop" disabled={loaded === null} onClick={() => void desk.ask('Not stopped', 'scenario.stop')}><IconPlayerStopFilled size={15} aria-hidden /></ActionIcon>
      </Tooltip>
    </div>
  )
}

function Progress({ loaded }: { loaded: Loaded }) {
  const { steps, done, state } = loaded
  const share = steps.length === 0 ? 0 : done / steps.length
  return (
    <StepsPopover loaded={loaded}>
      <Button variant="subtle" color="gray" className="player-progress">
        <VisuallyHidden>Steps: </VisuallyHidden>
        <span className="player-mark" data-state={state}>{STATES[state]}</span>
        <span className="player-track" aria-hidden><span className="player-fill" data-state={state} style={{ width: `${share * 100}%` }} /></span>
        <span className="tabular player-count" key={done}>{done}/{steps.length}</span>
      </Button>
    </StepsPopover>
  )
}
