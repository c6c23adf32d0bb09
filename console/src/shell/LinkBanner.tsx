import { Button, Loader } from '@mantine/core'
import { useEffect, useState } from 'react'

import { useStore } from '../store/store'
import { useDesk } from '../store/use-desk'

/** Lies over the page while the desk is gone: what is below is how things stood. */
export function LinkBanner() {
  const desk = useDesk()
  const link = useStore(desk.link, (state) => state)
  const [now, setNow] = useState(Date.now())
  const isLost = link.status === 'lost'
  useEffect(() => {
    if (!isLost) return undefined
    const timer = setInterval(() => setNow(Date.now()), 250)
    return () => clearInterval(timer)
  }, [isLost])
  if (!isLost) return null
  const seconds = Math.max(0, Math.ceil((link.nextAt - now) / 1000))
  return (
    <div className="link-lost">
      <div className="link-lost-card" role="alert">
        <Loader size="sm" aria-hidden />
        <div>
          <strong>The link to the desk is lost</strong>
          <p>{link.reason} What you see is how things stood. {seconds > 0 ? `Next try in ${seconds} s.` : 'Trying …'}</p>
        </div>
        <Button onClick={() => desk.open()}>Try now</Button>
      </div>
    </div>
  )
}
