import { Tooltip, UnstyledButton } from '@mantine/core'
import { IconAddressBook, IconApps } from '@tabler/icons-react'

import { useDeskState } from '../store/use-desk'

/** The desktop's navigation; only a plugin of type `nav` has an entry beside the desktop's own. */
export function NavRail({ open, onOpen }: { open: boolean; onOpen: (open: boolean) => void }) {
  const plugin = useDeskState(({ embed }) => (embed?.plugin.type === 'nav' ? embed.plugin : null))
  if (plugin === null) return null
  return (
    <nav className="nav-rail" aria-label="Desktop">
      <Tooltip label="Contact" position="right">
        <UnstyledButton className="nav-entry" aria-label="Contact" aria-current={open ? undefined : 'page'} onClick={() => onOpen(false)}>
          <IconAddressBook size={20} aria-hidden />
        </UnstyledButton>
      </Tooltip>
      <Tooltip label={plugin.name} position="right">
        <UnstyledButton className="nav-entry" aria-label={plugin.name} aria-current={open ? 'page' : undefined} onClick={() => onOpen(true)}>
          <IconApps size={20} aria-hidden />
        </UnstyledButton>
      </Tooltip>
    </nav>
  )
}
