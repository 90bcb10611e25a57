import { Suspense } from 'react'
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels'
import { FileTree } from '../files/FileTree'
import { OutputPanel } from '../runs/OutputPanel'
import { EditorEmpty, EditorLoading } from './EditorStates'
import { FollowPill } from './FollowPill'
import { CodeEditor } from './lazyRoom'
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
          <EditorPane />
        </div>
        <div className="narrow-pane" data-is="output">
          <OutputPanel />
        </div>
      </main>
    )
  }
  return <WideWorkbench />
}

function WideWorkbench() {
  const columns = useDefaultLayout({ id: 'codlab.columns', storage: localStorage })
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
      </Group>
    </main>
  )
}

function EditorPane() {
  const files = useFiles()
  const active = useView((state) => state.active)
  const synced = useLive((state) => state.synced)
  const shown = files.some((file) => file.id === active) ? active : null
  return (
    <section className="editor-pane" aria-label="Editor" data-pane="code">
      <Tabs files={files} />
      <div className="editor-body">
        <Suspense fallback={<EditorLoading />}>
          {shown ? (
            <CodeEditor file={shown} />
          ) : synced ? (
            <EditorEmpty none={files.length === 0} />
          ) : (
            <EditorLoading />
          )}
        </Suspense>
        <FollowPill />
      </div>
    </section>
  )
}
