import { Button, Code, Group, Stack, Text, Title } from '@mantine/core'
import { IconPlugConnectedX } from '@tabler/icons-react'

/** The whole page while there is no desk to show. */
export function Gate({ title, detail, command = 'npx smartagent dev', onRetry }: { title: string; detail: string; command?: string; onRetry?: () => void }) {
  return (
    <main className="gate">
      <Stack gap="md" align="center" maw={460} ta="center">
        <span className="gate-icon"><IconPlugConnectedX size={34} stroke={1.6} aria-hidden /></span>
        <Title order={1} size="h3">{title}</Title>
        <Text c="dimmed">{detail}</Text>
        <Group gap="sm">
          <Code className="gate-code">{command}</Code>
          {onRetry === undefined ? null : <Button onClick={onRetry}>Try again now</Button>}
        </Group>
      </Stack>
    </main>
  )
}
