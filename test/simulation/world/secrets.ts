// The secrets as Secrets Manager keeps them: versions and labels as in the embedded one, on a clock that is given, with
// everything of the last minutes remembered, for those who read late.

import { storeErrors } from '../../../lambda/adapters/store-errors.ts'
import { listingLagMinutes, type Room } from '../../../lambda/contract.ts'
import type { Tags } from '../../../lambda/core/tags/status.ts'
import type { SecretId, StoreFailure } from '../../../lambda/ports.ts'
import {
  alreadyExists,
  markedForDeletion,
  ServiceError,
  secretNotFound,
} from '../../../local/secrets-manager/errors.ts'
import { moveLabel } from '../../../local/secrets-manager/labels.ts'
import { current, labelled, type Secret, type Version } from '../../../local/secrets-manager/model.ts'
import { addVersion, existingVersion } from '../../../local/secrets-manager/versions.ts'

export type { Secret, Version }

/** Who changes a secret: a process of ours, or a person. */
export interface Writer {
  readonly name: string
  readonly kind: string
  readonly clockError?: number
}

export interface Change {
  readonly id: SecretId
  readonly before: Secret | undefined
  readonly after: Secret | undefined
  readonly by: Writer
  readonly at: number
}

export interface NewValue {
  readonly versionId: string
  readonly text: string
  readonly stage?: string | undefined
}

interface Past {
  readonly key: string
  readonly at: number
  readonly before: Secret | undefined
}

const remembered = listingLagMinutes * 60_000

export class Secrets {
  #secrets: ReadonlyMap<string, Secret>
  #past: Past[] = []
  #sequence = 0
  readonly #now: () => number
  readonly #changed: (change: Change) => void

  constructor(options: {
    now: () => number
    changed: (change: Change) => void
    secrets?: ReadonlyMap<string, Secret>
  }) {
    this.#now = options.now
    this.#changed = options.changed
    this.#secrets = options.secrets ?? new Map()
  }

  /** All of it as it is now, for a story that begins here. */
  snapshot(): ReadonlyMap<string, Secret> {
    return this.#secrets
  }

  /** @param age how old the answer is, in milliseconds */
  find({ room, name }: SecretId, age = 0): Secret | undefined {
    const key = keyOf({ room, name })
    const since = this.#now() - age
    const past = age > 0 ? this.#past.find((one) => one.key === key && one.at > since) : undefined
    return past === undefined ? this.#secrets.get(key) : past.before
  }

  /** What can be used: not what is scheduled for deletion. */
  live(id: SecretId, age = 0): Secret {
    const secret = this.find(id, age)
    if (secret === undefined) throw secretNotFound()
    if (secret.deletionAt !== undefined) throw markedForDeletion()
    return secret
  }

  /** @param age how long ago the list was made, in milliseconds */
  list(rooms: readonly Room[], age = 0): { readonly id: SecretId; readonly secret: Secret }[] {
    const since = this.#now() - age
    const past = age > 0 ? this.#past.filter(({ at }) => at > since) : []
    const secrets = past.length === 0 ? this.#secrets : before(past, this.#secrets)
    const listed: { readonly id: SecretId; readonly secret: Secret }[] = []
    for (const [key, secret] of secrets) {
      const id = idOf(key)
      if (secret.deletionAt === undefined && rooms.includes(id.room)) listed.push({ id, secret })
    }
    return listed
  }

  create(id: SecretId, value: NewValue & { readonly tags: Tags }, by: Writer): Secret {
    const found = this.find(id)
    if (found !== undefined) {
      if (found.deletionAt !== undefined) throw markedForDeletion()
      if (existingVersion(found, value.versionId, textValue(value.text))) return found
      throw alreadyExists('')
    }
    const tags = new Map(Object.entries(value.tags))
    const empty = { ...emptySecret(id, this.#now(), this.#sequence++), tags: tags.size > 0 ? tags : undefined }
    const { secret } = addVersion(empty, { id: value.versionId, value: textValue(value.text), now: this.#now() })
    return this.#set(id, secret, by)
  }

  put(id: SecretId, { versionId, text, stage }: NewValue, by: Writer): void {
    const secret = this.live(id)
    const value = textValue(text)
    if (existingVersion(secret, versionId, value)) return
    const labels = stage === undefined ? undefined : [stage]
    this.#set(id, addVersion(secret, { id: versionId, value, labels, now: this.#now() }).secret, by)
  }

  tag(id: SecretId, tags: Tags, by: Writer): void {
    const secret = this.live(id)
    this.#set(id, { ...secret, tags: new Map([...(secret.tags ?? []), ...Object.entries(tags)]) }, by)
  }

  untag(id: SecretId, keys: readonly string[], by: Writer): void {
    const secret = this.live(id)
    this.#set(id, { ...secret, tags: new Map([...(secret.tags ?? [])].filter(([key]) => !keys.includes(key))) }, by)
  }

  /** A person moves a label by hand. */
  move(id: SecretId, { label, to }: { label: string; to: string | undefined }, by: Writer): void {
    const secret = this.live(id)
    const removeFrom = labelled(secret, label)?.id
    if (removeFrom === undefined && to === undefined) return
    this.#set(id, { ...secret, versions: moveLabel(secret, { label, moveTo: to, removeFrom }) }, by)
  }

  schedule(id: SecretId, by: Writer): void {
    this.#set(id, { ...this.live(id), deletionAt: this.#now() + 30 * 86_400_000 }, by)
  }

  restore(id: SecretId, by: Writer): void {
    const secret = this.find(id)
    if (secret === undefined) throw secretNotFound()
    this.#set(id, { ...secret, deletionAt: undefined }, by)
  }

  erase(id: SecretId, by: Writer): void {
    if (this.find(id) !== undefined) this.#set(id, undefined, by)
  }

  #set<S extends Secret | undefined>(id: SecretId, after: S, by: Writer): S {
    const key = keyOf(id)
    const at = this.#now()
    const before = this.#secrets.get(key)
    const secrets = this.#mine()
    if (after === undefined) secrets.delete(key)
    else secrets.set(key, after)
    while (this.#past[0] !== undefined && this.#past[0].at < at - remembered) this.#past.shift()
    this.#past.push({ key, at, before })
    this.#changed({ id, before, after, by, at })
    return after
  }

  #own: Map<string, Secret> | undefined

  /** A snapshot is shared among stories, so the first change makes a copy. */
  #mine(): Map<string, Secret> {
    this.#own ??= new Map(this.#secrets)
    this.#secrets = this.#own
    return this.#own
  }
}

/** @param past what has changed since, the oldest first */
const before = (past: readonly Past[], now: ReadonlyMap<string, Secret>): ReadonlyMap<string, Secret> => {
  const secrets = new Map(now)
  for (const { key, before } of past.toReversed()) {
    if (before === undefined) secrets.delete(key)
    else secrets.set(key, before)
  }
  return secrets
}

const keyOf = ({ room, name }: SecretId): string => `${room}/${name}`

/** The stories have a few names. */
const ids = new Map<string, SecretId>()

const idOf = (key: string): SecretId => {
  const known = ids.get(key)
  if (known !== undefined) return known
  const slash = key.indexOf('/')
  const room = roomNames.find((one) => one === key.slice(0, slash))
  if (room === undefined) throw new Error(`${key} is in no room`)
  const id = { room, name: key.slice(slash + 1) }
  ids.set(key, id)
  return id
}

const roomNames: readonly Room[] = ['logins', 'clients', 'grants', 'connections']

const arnPrefix = 'arn:simulated:'

export const arnOf = (id: SecretId): string => arnPrefix + keyOf(id)

export const idOfArn = (arn: string): SecretId => idOf(arn.slice(arnPrefix.length))

const textValue = (text: string) => ({ string: text, binary: undefined })

const emptySecret = (id: SecretId, now: number, sequence: number): Secret => ({
  sequence,
  name: keyOf(id),
  arn: arnOf(id),
  description: undefined,
  kmsKeyId: undefined,
  tags: undefined,
  policy: undefined,
  createdAt: now,
  changedAt: now,
  accessedAt: undefined,
  deletionAt: undefined,
  versions: new Map(),
})

export const currentOf = (secret: Secret | undefined): Version | undefined => secret && labelled(secret, current)

/** What the service refuses, as the adapter tells it. */
export const asStoreFailure = (error: unknown): StoreFailure => {
  if (error instanceof ServiceError) return storeErrors(error.type)
  throw error
}
