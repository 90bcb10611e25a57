import { useState, type ReactNode } from 'react'
import { useRoom } from '../app/useRoom'
import { RowMenu } from './RowMenu'
import { shortValue } from './shortValue'
import { Tree } from './Tree'
import { copyValue, useRowActions, type RowAction } from './useRowActions'
import { useReadRows } from './useReadRows'
import { useSetValue } from './useSetValue'
import { ValueField } from './ValueField'
import { VariableLine } from './VariableLine'
import type { VariableRow } from './variableRows'
import { WholeValue } from './WholeValue'

interface Props<Row extends VariableRow> {
  label: string
  rows: readonly Row[]
  dimmed?: boolean
  /** Does something of its own with a row; returns false for what is done with variables. */
  onActivate?: (row: Row) => boolean
  onDelete?: (row: Row) => void
  /** More that can be done with a row. */
  actionsOf?: (row: Row) => RowAction[]
  /** Shows a row in a way of its own; undefined for the usual. */
  children?: (row: Row) => ReactNode
}

/** Values that can be opened, set, copied and watched, wherever they stand. */
export function ValueTree<Row extends VariableRow>(props: Props<Row>) {
  const { label, rows, dimmed = false, onActivate, onDelete, actionsOf, children } = props
  const { debug } = useRoom()
  const setting = useSetValue()
  const [menu, setMenu] = useState<string>()
  const [whole, setWhole] = useState<VariableRow>()
  const actions = useRowActions({ set: setting.begin, show: setWhole })
  useReadRows(rows)

  const offered = (row: Row) =>
    row.kind === 'variable' ? [...actions(row), ...(actionsOf?.(row) ?? [])] : []
  const activate = (row: Row) => {
    if (onActivate?.(row)) return
    if (row.kind === 'unread') void debug.variables(row.reference, row.part)
    else setting.begin(row)
  }
  return (
    <>
      <Tree
        label={label}
        rows={rows}
        dimmed={dimmed}
        nameOf={({ name }) => name}
        onToggle={({ path }, open) =>
          debug.local.setState(({ expanded }) => ({ expanded: new Map([...expanded, [path, open]]) }))
        }
        onActivate={activate}
        onMenu={(row) => offered(row).length > 0 && setMenu(row.path)}
        onCopy={copyValue}
        {...(onDelete ? { onDelete } : {})}
      >
        {(row) =>
          setting.path === row.path ? (
            <ValueField row={row} {...setting} />
          ) : (
            <>
              {children?.(row) ?? <VariableLine row={row} />}
              {row.kind === 'variable' && shortValue(row.value).cut ? (
                <button className="text-button" tabIndex={-1} onClick={() => setWhole(row)}>
                  Show whole
                </button>
              ) : null}
              {row.kind === 'variable' && (row.value || row.type || row.expression) ? (
                <RowMenu
                  open={menu === row.path}
                  onOpen={(open) => setMenu(open ? row.path : undefined)}
                  actions={() => offered(row)}
                />
              ) : null}
            </>
          )
        }
      </Tree>
      {whole ? <WholeValue row={whole} onClose={() => setWhole(undefined)} /> : null}
    </>
  )
}
