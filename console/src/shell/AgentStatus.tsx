import { Menu, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { IconCheck, IconChevronDown, IconX } from '@tabler/icons-react'

import { clock } from '../model/call'
import { useDesk, useDeskNow, useDeskState } from '../store/use-desk'

/** The agent's status now, and the one for after the last contact. */
export function AgentStatus() {
  const desk = useDesk()
  const { user, statuses, allowed, next } = useDeskState(({ agent }) => agent)
  const isBusy = !allowed.includes('status')
  const choose = (name: string) => (isBusy ? desk.act('next_status', { name }) : desk.act('status', { name }))
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <UnstyledButton className="status">
          <span className="status-dot" data-type={user.state.type} />
          <span className="status-text">
            <span className="status-name" key={`${user.state.name} ${next?.name}`}><VisuallyHidden>Status: </VisuallyHidden>{user.state.name}{next === null ? null : <em> → {next.name}</em>}</span>
            <span className="status-user">{user.name} <StatusTimer since={user.state.startTimestamp} /></span>
          </span>
          <IconChevronDown size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{isBusy ? 'Status after the last contact' : 'Status'}</Menu.Label>
        {statuses.map(({ name, type }) => {
          const isChosen = (isBusy ? next?.name : user.state.name) === name
          return (
            <Menu.Item key={name} leftSection={<span className="status-dot" data-type={type} />} rightSection={isChosen ? <IconCheck size={14} aria-label="chosen" /> : null} onClick={() => void choose(name)}>
              {name}
            </Menu.Item>
          )
        })}
        {next === null ? null : (
          <Menu.Item leftSection={<IconX size={14} aria-hidden />} onClick={() => void desk.act('next_status', {})}>Take the choice back</Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

function StatusTimer({ since }: { since: number | null }) {
  const now = useDeskNow(1000)
  return <span className="tabular">{since === null ? '' : clock(now - since)}</span>
}
