// The client secrets of an app registration, as Microsoft Graph lists them, compared with those of the client's record.

import { createHash } from 'node:crypto'
import { minute } from '../milliseconds.ts'
import type { Client, ClientSecret } from '../secrets/client.ts'

/** A `passwordCredential` of Graph: never its value, but its first three characters. */
export interface Credential {
  readonly keyId: string
  readonly displayName: string | undefined
  readonly hint: string | undefined
  readonly start: Date | undefined
  readonly end: Date | undefined
}

/**
 * The display name of the client secrets that a deployment makes. It contains a hash of the record's ARN, so that no deployment
 * deletes what another one has made for the same app registration.
 */
export const displayNameFor = (recordArn: string): string =>
  `token-refresher ${createHash('sha256').update(recordArn).digest('hex').slice(0, 16)}`

/** The record with the id and the end of each client secret, where the listed ones leave no doubt which it is. */
export const withListed = (client: Client, listed: readonly Credential[]): Client => ({
  ...client,
  client_secrets: client.client_secrets.map((secret) => {
    const credential = credentialOf(secret, client, listed)
    if (credential === undefined) return secret
    return { ...secret, key_id: credential.keyId, expires_at: credential.end ?? secret.expires_at }
  }),
})

/** By its id, or by its first characters if only one secret and one credential begin with them. */
const credentialOf = (secret: ClientSecret, { client_secrets: secrets }: Client, listed: readonly Credential[]) => {
  if (secret.key_id !== undefined) return listed.find(({ keyId }) => keyId === secret.key_id)
  const [credential, ...more] = listed.filter((one) => beginsLike(secret, one))
  if (credential === undefined || more.length > 0) return undefined
  return secrets.filter((one) => beginsLike(one, credential)).length === 1 ? credential : undefined
}

const beginsLike = ({ value }: ClientSecret, { hint }: Credential): boolean =>
  hint !== undefined && hint !== '' && value.reveal().startsWith(hint)

/** A run of this project ends within this time, and stores what it has made. */
const inProgressMilliseconds = 30 * minute

/**
 * Client secrets that this deployment has made and not stored, because it crashed. One that begins like a stored secret is left alone:
 * a person may have stored it by hand.
 */
export const orphans = (
  { client_secrets: secrets }: Client,
  listed: readonly Credential[],
  { displayName, now }: { readonly displayName: string; readonly now: number },
): readonly Credential[] =>
  listed.filter(
    (one) =>
      one.displayName === displayName &&
      one.start !== undefined &&
      one.start.getTime() + inProgressMilliseconds < now &&
      one.hint !== undefined &&
      !secrets.some((secret) => secret.key_id === one.keyId || beginsLike(secret, one)),
  )

/** Those of the given ones that have expired for the provider too, even if the record says otherwise. */
export const expiredOf = (
  secrets: readonly ClientSecret[],
  listed: readonly Credential[],
  now: number,
): readonly Credential[] =>
  listed.filter(
    ({ keyId, end }) => secrets.some(({ key_id }) => key_id === keyId) && end !== undefined && end.getTime() < now,
  )
