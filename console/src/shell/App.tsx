import { Skeleton } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'

import { ContactPane } from '../contact/ContactPane'
import { Inspector } from '../inspector/Inspector'
import { Phone } from '../phone/Phone'
import { PlayerBar } from '../player/PlayerBar'
import { PluginPane } from '../plugin/PluginPane'
import { useStore } from '../store/store'
import { useDesk, useDeskState } from '../store/use-desk'
import { Gate } from './Gate'
import { Header, type View } from './Header'
import { LinkBanner } from './LinkBanner'
import { NavRail } from './NavRail'
import { Notices } from './Notices'

export function App() {
  const desk = useDesk()
  const link = useStore(desk.link, (state) => state)
  const hasState = useStore(desk.state, (state) => state !== null)
  if (link.status === 'refused') return <Gate title="The desk refused this page" detail={link.reason} />
  if (hasState) return <Workplace />
  if (link.status === 'lost') {
    return <Gate title="No desk is running" detail={`${link.reason} This page connects as soon as it is there again.`} onRetry={() => desk.open()} />
  }
  return <Loading />
}

function Workplace() {
  const [view, setView] = useLocalStorage<View>({ key: 'smartagent.console.view', defaultValue: 'desktop', getInitialValueInEffect: false })
  const [navOpen, setNavOpen] = useLocalStorage({ key: 'smartagent.console.nav', defaultValue: true, getInitialValueInEffect: false })
  const place = useDeskState(({ embed }) => embed?.plugin.type ?? 'none')
  return (
    <div className="app" data-view={view}>
      <a className="skip-link" href="#phone">Skip to the phone</a>
      <Header view={view} onView={setView} />
      <PlayerBar />
      <main className="main">
        <div className="workspace" data-place={place} data-nav-open={navOpen}>
          <NavRail open={navOpen} onOpen={setNavOpen} />
          <Phone />
          <ContactPane />
          <PluginPane navOpen={navOpen} />
        </div>
        {view === 'desktop' ? null : <Inspector />}
        <LinkBanner />
        <Notices />
        <div id="overlays" />
      </main>
    </div>
  )
}

function Loading() {
  return (
    <main className="app" aria-busy="true" aria-label="Connecting to the desk">
      <div className="header" />
      <div className="player" />
      <div className="workspace" data-place="call">
        {['phone', 'contact', 'plugin'].map((pane) => (
          <div key={pane} className={`pane ${pane}-pane`}>
            <Skeleton height={18} width="40%" mb="md" />
            <Skeleton height={90} mb="sm" />
            <Skeleton height={14} mb="xs" />
            <Skeleton height={14} width="70%" />
          </div>
        ))}
      </div>
    </main>
  )
}
