import '@fontsource-variable/geist/wght.css'
import '@fontsource-variable/jetbrains-mono/wght.css'
import { createRoot } from 'react-dom/client'
import { App } from './app/App'
import './styles/tokens.css'
import './styles/base.css'
import './styles/dialogs.css'
import './styles/pages.css'
import './styles/room.css'
import './styles/panes.css'
import './styles/control.css'
import './styles/artefacts.css'
import './styles/runSettings.css'
import './styles/packages.css'
import './styles/touch.css'

const host = document.getElementById('root')
if (!host) throw new Error('The page has no root element.')
createRoot(host).render(<App />)
