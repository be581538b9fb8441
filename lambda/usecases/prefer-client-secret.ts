// Remembering which client secret was accepted: it goes first, for the next refresh and for what is published.

import { type Client, type ClientSecret, clientName, encodeClient, withClientSecret } from '../core/client.ts'
import { type Dependencies, type StoredVersion, StoreFailure } from '../ports.ts'
import { commitChild } from './commit.ts'

export interface Preference {
  readonly client: Client
  readonly version: StoredVersion
  /** The one that was accepted, as far as the provider judged one. */
  readonly secret: ClientSecret | undefined
}

/** @returns the client with this secret first, also when somebody else changed the stored one meanwhile */
export const preferClientSecret = async (
  dependencies: Dependencies,
  { client, version, secret }: Preference,
): Promise<Client> => {
  const first = client.client_secrets[0]
  if (secret === undefined || first === undefined || first.value.equals(secret.value)) return client
  const preferred = withClientSecret(client, secret)
  const id = { room: 'clients', name: clientName(client.client_id) } as const
  try {
    await commitChild(dependencies, { id, parent: version.versionId, text: encodeClient(preferred) })
  } catch (error) {
    // The token that has just arrived is not stored yet, and matters more; the next refresh remembers.
    if (!(error instanceof StoreFailure)) throw error
    dependencies.telemetry.outcome({ connection: id.name, outcome: { kind: 'failed', failure: error.failure } })
  }
  return preferred
}
