// Loads a connection: reads its secrets in one call and decodes them.

import { tags } from '../../contract.ts'
import type { Failure } from '../../core/failures/failure.ts'
import { ownFailure, storeFailure } from '../../core/failures/failure-table.ts'
import { hostNotAllowed } from '../../core/failures/host-not-allowed.ts'
import { type Client, clientName, decodeClientOf } from '../../core/secrets/client.ts'
import { decodeGrant, type Grant } from '../../core/secrets/grant.ts'
import { decodePublishedGeneration } from '../../core/secrets/published.ts'
import {
  type Dependencies,
  type Outcome,
  type SecretId,
  type StoredEntry,
  type StoredVersion,
  StoreFailure,
} from '../../ports.ts'
import { recordFailure } from './record-failure.ts'

/** The decoded secrets of a connection. */
export interface LoadedConnection {
  readonly parent: StoredVersion
  readonly grant: Grant
  readonly client: Client
  readonly clientVersion: StoredVersion
  /** A failure to read it does not prevent the refresh, only the publication. */
  readonly published: StoredVersion | StoreFailure | undefined
  /** What apps see; undefined if nothing decodes. */
  readonly publishedGeneration: number | undefined
}

export type Loading =
  | { readonly kind: 'loaded'; readonly connection: LoadedConnection }
  /** The stored connection cannot be refreshed. */
  | { readonly kind: 'ended'; readonly outcome: Outcome }

/** What a call that reads several secrets answers for one of them. */
export type Answer = StoredVersion | StoreFailure | undefined

/**
 * What one call reads of a connection: its grant, what apps read, and its client. The tag says whose client it is; a tag that
 * is no client's name is not asked for.
 */
export const idsOf = ({ name, tags: all }: Pick<StoredEntry, 'name' | 'tags'>): readonly SecretId[] => {
  const tagged = all[tags.client]
  const client =
    tagged !== undefined && clientName(tagged) === tagged ? [{ room: 'clients', name: tagged } as const] : []
  return [{ room: 'grants', name }, { room: 'connections', name }, ...client]
}

/**
 * @param known what `idsOf` names, read before. @default it is read now
 * @throws StoreFailure when its grant or its client cannot be read
 */
export const loadConnection = async (
  dependencies: Dependencies,
  entry: StoredEntry,
  known?: readonly Answer[],
): Promise<Loading> => {
  const { store, settings } = dependencies
  const about = { room: 'grants', name: entry.name } as const
  const ids = idsOf(entry)
  const hinted = ids[2]?.name
  const [parent, published, hintedClient] = known ?? (await store.readTogether(ids))
  if (parent instanceof StoreFailure) throw parent
  if (parent === undefined) {
    // If the secret no longer exists, an operator has removed it. Otherwise it has no current version.
    if ((await store.describe(about)) === undefined) return { kind: 'ended', outcome: { kind: 'superseded' } }
    throw new StoreFailure(storeFailure('ResourceNotFoundException'), false)
  }

  const fail = async (failure: Failure, grant?: Grant): Promise<Loading> => {
    const record = { about, versionId: parent.versionId, grant, failure, askedAt: undefined }
    return { kind: 'ended', outcome: await recordFailure(dependencies, record) }
  }
  const decoded = decodeGrant(parent.text)
  if (!decoded.ok) return fail(ownFailure('grant_not_decodable'))
  const grant = decoded.value
  const clientId = { room: 'clients', name: clientName(grant.client_id) } as const
  const clientVersion = clientId.name === hinted ? hintedClient : await store.read(clientId)
  if (clientVersion instanceof StoreFailure) throw clientVersion
  if (clientVersion === undefined) return fail(ownFailure('client_not_known'), grant)
  const client = usableClient(grant.client_id, clientVersion, settings)
  if (!client.ok) {
    const { versionId } = clientVersion
    const { failure } = client
    await fail(failure, grant)
    const record = { about: clientId, versionId, grant: undefined, failure, askedAt: undefined }
    return { kind: 'ended', outcome: await recordFailure(dependencies, record) }
  }
  const publishedGeneration = generationOf(published)
  const connection = { parent, grant, client: client.value, clientVersion, published, publishedGeneration }
  return { kind: 'loaded', connection }
}

type Usable = { readonly ok: true; readonly value: Client } | { readonly ok: false; readonly failure: Failure }

/** A client that decodes, is the wanted one, and has a token endpoint that the deployment allows. */
const usableClient = (clientId: string, { text }: StoredVersion, settings: Dependencies['settings']): Usable => {
  const decoded = decodeClientOf(clientId, text, settings.allowLoopbackHttp)
  if (!decoded.ok) return { ok: false, failure: ownFailure('client_not_decodable') }
  const failure = hostNotAllowed(decoded.value.token_endpoint, settings)
  return failure === undefined ? decoded : { ok: false, failure }
}

const generationOf = (published: StoredVersion | StoreFailure | undefined): number | undefined => {
  if (published === undefined || published instanceof StoreFailure) return undefined
  const decoded = decodePublishedGeneration(published.text)
  return decoded.ok ? decoded.value : undefined
}
