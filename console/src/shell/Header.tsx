import { ActionIcon, Button, Code, CopyButton, Group, Popover, SegmentedControl, Stack, Text, Tooltip, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { IconMoon, IconPlug, IconSun } from '@tabler/icons-react'

import { useDeskState } from '../store/use-desk'
import { AgentStatus } from './AgentStatus'
import { NotificationBell } from './NotificationBell'

export type View = 'desktop' | 'split' | 'inspector'

const VIEWS = [{ value: 'desktop', label: 'Desktop' }, { value: 'split', label: 'Split' }, { value: 'inspector', label: 'Inspector' }]

export function Header({ view, onView }: { view: View; onView: (view: View) => void }) {
  const company = useDeskState(({ companyId }) => companyId)
  return (
    <header className="header">
      <img className="header-mark" src="./icon.svg" alt="" width={26} height={26} />
      <div className="header-name">
        <h1>SmartAgent</h1>
        <span>dev desktop · {company}</span>
      </div>
      <SegmentedControl className="header-views" aria-label="View" data={VIEWS} value={view} onChange={(value) => onView(value as View)} />
      <div className="header-space" />
      <ConnectHelp />
      <AgentStatus />
      <NotificationBell />
      <SchemeToggle />
    </header>
  )
}

function SchemeToggle() {
  const { setColorScheme } = useMantineColorScheme()
  const isDark = useComputedColorScheme('light') === 'dark'
  const label = isDark ? 'Use light colours' : 'Use dark colours'
  return (
    <Tooltip label={label}>
      <ActionIcon size="lg" aria-label={label} onClick={() => setColorScheme(isDark ? 'light' : 'dark')}>
        {isDark ? <IconSun size={18} aria-hidden /> : <IconMoon size={18} aria-hidden />}
      </ActionIcon>
    </Tooltip>
  )
}

/** How a plugin in another terminal finds this desk. */
function ConnectHelp() {
  const paste = useDeskState(({ addresses }) => addresses.paste)
  return (
    <Popover width={420} position="bottom-end" withArrow trapFocus>
      <Popover.Target>
        <ActionIcon size="lg" aria-label="Connect a plugin from a terminal" title="Connect a plugin from a terminal"><IconPlug size={18} aria-hidden /></ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label="Connect a plugin from a terminal">
        <Stack gap="xs">
          <Text size="sm" fw={600}>Connect a plugin from a terminal</Text>
          <Text size="sm" c="dimmed">Start your plugin with these two variables, and it finds this desk.</Text>
          <Code block className="paste">{`${paste} node my-plugin.mjs`}</Code>
          <Group justify="flex-end">
            <CopyButton value={`${paste} node my-plugin.mjs`}>
              {({ copied, copy }) => <Button variant="light" onClick={copy}>{copied ? 'Copied' : 'Copy'}</Button>}
            </CopyButton>
          </Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}
