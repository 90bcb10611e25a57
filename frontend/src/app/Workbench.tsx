import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels'
import { ControlPrompt } from '../control/ControlPrompt'
import { StandsPill } from '../debug/StandsPill'
import { useLocal, useSession } from '../debug/useDebug'
import { FileTree } from '../files/FileTree'
import { OutputPanel } from '../runs/OutputPanel'
import { EditorEmpty, EditorLoading } from './EditorStates'
import { FollowPill } from './FollowPill'
import { CodeEditor, DebugPanel, DebugStrip } from './lazyParts'
import { Tabs } from './Tabs'
import { useFiles, useLive, useView } from './useRoom'

/** Explorer beside the editor, the output below it; one at a time on a narrow screen. */
export function Workbench({ narrow }: { narrow: boolean }) {
  const pane = useView((state) => state.pane)
  if (narrow) {
    return (
      <main className="workbench narrow" data-shown={pane}>
        <div className="narrow-pane" data-is="files">
          <FileTree />
        </div>
        <div className="narrow-pane" data-is="code">
          <EditorPane narrow />
        </div>
        <div className="narrow-pane" data-is="output">
          <OutputPanel />
        </div>
        <div className="narrow-pane" data-is="debug">
          <DebugPanel narrow />
        </div>
      </main>
    )
  }
  return <WideWorkbench />
}

function WideWorkbench() {
  const debugging = useLocal((local) => local.panel)
  const columns = useDefaultLayout({
    id: 'codlab.columns',
    storage: localStorage,
    panelIds: debugging ? ['files', 'work', 'debugger'] : ['files', 'work'],
  })
  const rows = useDefaultLayout({ id: 'codlab.rows', storage: localStorage })
  return (
    <main className="workbench">
      <Group orientation="horizontal" {...columns}>
        <Panel id="files" defaultSize="220px" minSize="140px" maxSize="40%">
          <FileTree />
        </Panel>
        <Separator className="separator" aria-label="Resize the file list" />
        <Panel id="work" minSize="320px">
          <Group orientation="vertical" {...rows}>
            <Panel id="code" defaultSize="66%" minSize="120px">
              <EditorPane />
            </Panel>
            <Separator className="separator" aria-label="Resize the output" />
            <Panel id="output" minSize="96px">
              <OutputPanel />
            </Panel>
          </Group>
        </Panel>
        {debugging ? (
          <>
            <Separator className="separator" aria-label="Resize the debugger" />
            <Panel id="debugger" defaultSize="320px" minSize="260px" maxSize="50%">
              <DebugPanel />
            </Panel>
          </>
        ) : null}
      </Group>
    </main>
  )
}

function EditorPane({ narrow = false }: { narrow?: boolean }) {
  const files = useFiles()
  const active = useView((state) => state.active)
  const synced = useLive((state) => state.synced)
  const debugging = useSession() !== null
  const shown = files.some((file) => file.id === active) ? active : null
  return (
    <section className="editor-pane" aria-label="Editor" data-pane="code">
      <Tabs files={files} />
      {narrow && debugging ? <DebugStrip /> : null}
      <div className="editor-body">
        {shown ? (
          <CodeEditor file={shown} waiting={<EditorLoading />} />
        ) : synced ? (
          <EditorEmpty none={files.length === 0} />
        ) : (
          <EditorLoading />
        )}
        <FollowPill />
        <StandsPill />
        {narrow ? null : <ControlPrompt what="debug" byKey />}
      </div>
    </section>
  )
}
