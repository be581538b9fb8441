// The client secrets of an app registration, as Microsoft Graph lists them, compared with those of the client's record.

import { day, minute } from '../milliseconds.ts'
import type { Client, ClientSecret } from '../secrets/client.ts'

/** A `passwordCredential` of Graph: never its value, but its first three characters. */
export interface Credential {
  readonly keyId: string
  readonly displayName: string | undefined
  readonly hint: string | undefined
  readonly start: Date | undefined
  readonly end: Date | undefined
}

/** A run of this project ends within this time, and stores what it has made. */
const inProgressMilliseconds = 30 * minute

const displayNameFor = (id: string): string => `token-refresher ${id}`

/**
 * The record before a client secret is made: its last intent holds the display name that the new one gets, so that a later run finds
 * one that a crash kept from being stored. A name with which none was made is used again.
 *
 * @param id a random id, for a new name
 */
export const withIntent = (
  client: Client,
  listed: readonly Credential[],
  { id, now }: { readonly id: string; readonly now: number },
): Client => {
  const { making = [] } = client
  const unused = making.find((one) => isSettled(one, now) && !isListed(one, listed))
  const others = withoutOldIntents(client, listed, now).making ?? []
  return { ...client, making: [...others, unused ?? { display_name: displayNameFor(id), at: new Date(now) }] }
}

/** The record after it was stored. */
export const withoutIntent = (client: Client, displayName: string): Client =>
  keeping(client, ({ display_name }) => display_name !== displayName)

/** Only those of runs that may still work, and of client secrets that may still be removed. */
export const withoutOldIntents = (client: Client, listed: readonly Credential[], now: number): Client =>
  keeping(
    client,
    (one) =>
      !isSettled(one, now) ||
      isListed(
        one,
        listed.filter((credential) => isYoung(credential, now)),
      ),
  )

type Intent = NonNullable<Client['making']>[number]

const isSettled = ({ at }: Intent, now: number): boolean => now - at.getTime() > inProgressMilliseconds

const isListed = ({ display_name }: Intent, listed: readonly Credential[]): boolean =>
  listed.some(({ displayName }) => displayName === display_name)

const keeping = (client: Client, isKept: (intent: Intent) => boolean): Client => {
  const making = client.making?.filter(isKept) ?? []
  return { ...client, making: making.length === 0 ? undefined : making }
}

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

const isYoung = (one: Credential | undefined, now: number): one is Credential =>
  one?.start !== undefined && now - one.start.getTime() < day

/**
 * Client secrets that a run was about to make and did not store, because it crashed: no one knows their values. One that is older than a
 * day, or begins like a stored secret, is left alone: the record may be an older version, or a person may have stored it by hand.
 */
export const orphans = (
  { client_secrets: secrets, making = [] }: Client,
  listed: readonly Credential[],
  now: number,
): readonly Credential[] =>
  listed.filter(
    (one) =>
      making.some(({ display_name }) => display_name === one.displayName) &&
      isYoung(one, now) &&
      now - (one.start?.getTime() ?? now) > inProgressMilliseconds &&
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
