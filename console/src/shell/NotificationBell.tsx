import { ActionIcon, CloseButton, Popover, ScrollArea, Stack, Text } from '@mantine/core'
import { IconBell } from '@tabler/icons-react'

import type { NotificationView } from '../link/protocol'
import { useDesk, useDeskState } from '../store/use-desk'

/** Every notification that a plugin showed and nobody took away. */
export function NotificationBell() {
  const notifications = useDeskState((state) => state.notifications)
  const label = notifications.length === 1 ? '1 notification' : `${notifications.length} notifications`
  return (
    <Popover width={320} position="bottom-end" withArrow trapFocus>
      <Popover.Target>
        <ActionIcon size="lg" aria-label={label} title={label} className="bell">
          <IconBell size={18} aria-hidden />
          {notifications.length === 0 ? null : <span className="bell-count" aria-hidden>{notifications.length}</span>}
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p="xs" aria-label="Notifications">
        {notifications.length === 0
          ? <Text size="sm" c="dimmed" p="sm">No notifications. What a plugin shows with show_notification stays here until it is cleared.</Text>
          : (
            <ScrollArea.Autosize mah={380} type="auto">
              <Stack gap={6}>{notifications.map((one) => <NotificationCard key={one.notificationId} notification={one} />)}</Stack>
            </ScrollArea.Autosize>
          )}
      </Popover.Dropdown>
    </Popover>
  )
}

export function NotificationCard({ notification: { notificationId, plugin, header, text } }: { notification: NotificationView }) {
  const desk = useDesk()
  return (
    <article className="notification">
      <div className="notification-text">
        <strong>{header}</strong>
        <p>{text}</p>
        <small>{plugin}</small>
      </div>
      <CloseButton size="sm" aria-label={`Dismiss ${header}`} onClick={() => void desk.ask('Not dismissed', 'notification.dismiss', { notificationId })} />
    </article>
  )
}
