import { Tooltip } from 'radix-ui'
import { Toasts } from '../ui/Toasts'
import { RoomEntry } from './RoomEntry'
import { Guard } from './Guard'
import { useRoute } from './route'
import { StartPage } from './StartPage'
import { StatePage } from './StatePage'

export function App() {
  const route = useRoute()
  return (
    <Tooltip.Provider delayDuration={400}>
      <Guard>
        {route.page === 'start' ? <StartPage /> : null}
        {route.page === 'room' ? <RoomEntry key={route.id} id={route.id} /> : null}
        {route.page === 'unknown' ? <StatePage kind="unknown" /> : null}
      </Guard>
      <Toasts />
    </Tooltip.Provider>
  )
}
