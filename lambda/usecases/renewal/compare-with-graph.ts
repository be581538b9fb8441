// Compares the client's record with the client secrets that Microsoft Graph lists, and removes there what a crash has left.

import { type Credential, orphans, withListed } from '../../core/renewal/credentials.ts'
import type { Client, Renewal } from '../../core/secrets/client.ts'
import type { Dependencies } from '../../ports.ts'
import { editClient } from '../client/edit-client.ts'
import { type OpenGraph, openGraph, requireValue } from './open-graph.ts'

export interface Compared extends OpenGraph {
  /** With the ends and the ids that are listed. */
  readonly client: Client
  /** Without those that were removed. */
  readonly listed: readonly Credential[]
}

/** @throws BootstrapRefused when the provider refuses; StoreFailure */
export const compareWithGraph = async (
  dependencies: Dependencies,
  before: Client,
  renewal: Renewal,
): Promise<Compared> => {
  const opened = await openGraph(dependencies, before, renewal)
  const listed = requireValue(await opened.graph.list(opened.app))
  const { client } = await editClient(dependencies, before.client_id, (now) => withListed(now, listed))
  return { ...opened, client, listed: await withoutOrphans(dependencies, opened, { client, listed }) }
}

/** What cannot be removed now is found again by a later run, and keeps none from being made. */
const withoutOrphans = async (
  { clock }: Dependencies,
  { graph, app }: OpenGraph,
  { client, listed }: Pick<Compared, 'client' | 'listed'>,
): Promise<readonly Credential[]> => {
  const removed: Credential[] = []
  for (const one of orphans(client, listed, clock.now())) {
    const { kind } = await graph.remove(app, one.keyId)
    if (kind === 'done') removed.push(one)
  }
  return listed.filter((one) => !removed.includes(one))
}
