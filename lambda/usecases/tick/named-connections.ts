// A tick over the connections that a person names: each is refreshed now, due or not.

import { ownFailure } from '../../core/failures/failure-table.ts'
import { readStatus } from '../../core/tags/status.ts'
import type { Dependencies, Outcome, StoredEntry } from '../../ports.ts'
import type { TickWork } from './tick-work.ts'

export interface NamedWork {
  readonly work: TickWork
  readonly names: readonly string[]
  readonly onOutcome: (connection: string, outcome: Outcome) => void
}

export const refreshNamed = async (
  dependencies: Dependencies,
  { work, names, onOutcome }: NamedWork,
): Promise<void> => {
  const entries: StoredEntry[] = []
  const clients = new Set<string>()
  for (const name of new Set(names)) {
    const entry = await dependencies.store.describe({ room: 'grants', name })
    if (entry === undefined) {
      onOutcome(name, noteUnknown(dependencies, work, name))
      continue
    }
    const status = readStatus(entry.tags, entry.currentVersionId)
    work.report.see(entry, status)
    entries.push(entry)
    if (status.client !== undefined) clients.add(status.client)
  }
  // A person names these, so no breaker is open. A client that works again is noted.
  for (const client of clients) {
    const entry = await dependencies.store.describe({ room: 'clients', name: client })
    if (entry !== undefined) work.clients.seeNamed(entry)
  }
  await work.askAll(entries)
}

const noteUnknown = ({ telemetry }: Dependencies, work: TickWork, name: string): Outcome => {
  const outcome: Outcome = { kind: 'failed', failure: ownFailure('connection_not_found') }
  work.report.add({ name }, outcome)
  telemetry.outcome({ connection: name, outcome })
  return outcome
}
