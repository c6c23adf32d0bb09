import { Popover, ScrollArea } from '@mantine/core'
import { IconCheck, IconX } from '@tabler/icons-react'
import { type ReactNode, useState, cloneElement, isValidElement } from 'react'

import type { ScenarioView } from '../link/protocol'

type Loaded = NonNullable<ScenarioView['loaded']>

/** The scenario step by step, with what it expected. */
export function StepsPopover({ loaded, children }: { loaded: Loaded; children: ReactNode }) {
  const [opened, setOpened] = useState(false)
  const { name, description, steps, done, failure, expectations } = loaded
  return (
    <Popover width={380} position="bottom-start" withArrow trapFocus opened={opened} onChange={setOpened}>
      <Popover.Target>
        {isValidElement<{ onClick: () => void }>(children) ? cloneElement(children, { onClick: () => setOpened(!opened) }) : children}
      </Popover.Target>
      <Popover.Dropdown p="sm" aria-label={`Steps of ${name}`}>
        <strong>{name}</strong>
        <p className="steps-about">{description}</p>
        {failure === null ? null : <p className="steps-failure" role="alert">{failure}</p>}
        <ScrollArea.Autosize mah={340} type="auto" viewportProps={{ tabIndex: 0 }}>
          <ol className="steps" aria-label="Steps">
            {steps.map((step, index) => (
              <li key={`${index}`} data-state={index < done - 1 ? 'done' : index === done - 1 ? 'now' : 'to-come'} aria-current={index === done - 1 ? 'step' : undefined}>
                <span className="steps-name">{step.name}</span>
                <span className="steps-with">{brief(step.with)}</span>
              </li>
            ))}
          </ol>
          {expectations.length === 0 ? null : (
            <ul className="expectations" aria-label="Expectations">
              {expectations.map(({ name: expected, ok, reason }, index) => (
                <li key={`${index}`} data-ok={ok}>
                  {ok ? <IconCheck size={14} aria-label="met" /> : <IconX size={14} aria-label="not met" />}
                  <span>{expected}{reason === null ? null : <small>{reason}</small>}</span>
                </li>
              ))}
            </ul>
          )}
        </ScrollArea.Autosize>
      </Popover.Dropdown>
    </Popover>
  )
}

/** A step's parameters in a few words. */
function brief(parameters: unknown): string {
  if (parameters === null || parameters === undefined) return ''
  if (typeof parameters !== 'object') return String(parameters)
  return Object.entries(parameters).map(([name, value]) => `${name} ${typeof value === 'object' ? '…' : String(value)}`).join(', ')
}
