// The store's port over the simulated secrets: every call is a step, which may be refused, lost, late or stale.

import { storeErrors, throwStoreFailure } from '../../../lambda/adapters/store-errors.ts'
import { Redacted } from '../../../lambda/core/secrets/redacted.ts'
import {
  type ListedPage,
  previousVersion,
  type SecretId,
  type SecretStore,
  type StoredEntry,
  type StoredVersion,
  StoreFailure,
} from '../../../lambda/ports.ts'
import { ServiceError } from '../../../local/secrets-manager/errors.ts'
import { labelled } from '../../../local/secrets-manager/model.ts'
import type { Engine, Fates } from '../engine/engine.ts'
import type { Process } from '../engine/process.ts'
import { asStoreFailure, currentOf, idOfArn, type Secret, type Secrets, type Version } from './secrets.ts'

/** A read that is stale by this much; listings by up to five minutes. */
const staleMilliseconds = 5_000

/** Names of what can go wrong with a call of the store. */
export const storeFates = {
  throttled: 'ThrottlingException',
  denied: 'AccessDeniedException',
  failed: 'InternalServiceError',
  lost: 'its answer is lost',
  stale: 'reads stale',
  lagging: 'lists what was five minutes ago',
} as const

export interface StorePort {
  readonly engine: Engine
  readonly secrets: Secrets
  /** How far listings lag, in milliseconds. */
  readonly lag: (process: Process) => number
}

export const storeOf = ({ engine, secrets, lag }: StorePort, process: Process): SecretStore => {
  const call = <T>(what: string, fates: Fates<T>): Promise<T> => engine.call(process, what, fates)
  const write = <T>(what: string, effect: () => T): Promise<T> => call(what, [['', known(effect)], ...mishaps(effect)])
  const look = <T>(what: string, effect: (age: number) => T): Promise<T> =>
    call(what, [
      ['', known(() => effect(0))],
      ...refusals<T>(),
      [storeFates.stale, known(() => effect(staleMilliseconds))],
    ])

  return {
    list(room) {
      const list = (age: number): ListedPage => ({
        entries: secrets.list([room], age).map(({ id, secret }) => entryOf(id, secret)),
        next: undefined,
      })
      return call(`list ${room}`, [
        ['', known(() => list(lag(process)))],
        ...refusals<ListedPage>(),
        [storeFates.lagging, known(() => list(300_000))],
      ])
    },

    readTogether: (ids) =>
      look(`read ${ids.map(nameOf).join(', ')}`, (age) =>
        ids.map((id) => {
          try {
            return readCurrent(secrets, id, age)
          } catch (error) {
            return asStoreFailure(error)
          }
        }),
      ),

    read: (wanted, which) => {
      const id = idOf(wanted)
      return look(
        `read ${nameOf(id)}${typeof which === 'string' ? ' (one version)' : ((which && ' (previous)') ?? '')}`,
        (age) => (which === undefined ? readCurrent(secrets, id, age) : readOther(secrets, { id, which, age })),
      )
    },

    describe: (id) =>
      look(`describe ${nameOf(id)}`, (age) => {
        const secret = secrets.find(id, age)
        return secret && entryOf({ room: id.room, name: id.name }, secret)
      }),

    create: (value, tags) =>
      write(`create ${nameOf(value)}`, () =>
        existing(() => {
          const { arn } = secrets.create(
            { room: value.room, name: value.name },
            { versionId: value.versionId, text: value.text.reveal(), tags },
            process,
          )
          return { arn }
        }),
      ),

    put: (value, stage) => {
      const id = idOf(value)
      return write(`put ${nameOf(id)}${stage === undefined ? '' : ' (claim)'}`, () =>
        existing((): 'written' => {
          secrets.put(id, { versionId: value.versionId, text: value.text.reveal(), stage }, process)
          return 'written'
        }),
      )
    },

    tag: (id, tags) => write(`tag ${nameOf(id)}`, () => secrets.tag(id, tags, process)),
    restore: (id) => write(`restore ${nameOf(id)}`, () => secrets.restore(id, process)),
    erase: (wanted) => {
      const id = idOf(wanted)
      return write(`erase ${nameOf(id)}`, () => secrets.erase(id, process))
    },
  }
}

const nameOf = ({ room, name }: SecretId): string => `${room}/${name}`

const idOf = (id: SecretId | { readonly arn: string }): SecretId =>
  'room' in id ? { room: id.room, name: id.name } : idOfArn(id.arn)

const known =
  <T>(effect: () => T) =>
  (): T => {
    try {
      return effect()
    } catch (error) {
      if (error instanceof StoreFailure) throw error
      throw asStoreFailure(error)
    }
  }

const refuse = (name: string) => (): never => {
  throw storeErrors(name)
}

const refusals = <T>(): Fates<T> => [
  [storeFates.throttled, refuse('ThrottlingException')],
  [storeFates.denied, refuse('AccessDeniedException')],
  [storeFates.failed, refuse('InternalServiceError')],
]

const mishaps = <T>(effect: () => T): Fates<T> => [
  ...refusals<T>(),
  [
    storeFates.lost,
    () => {
      known(effect)()
      return throwStoreFailure(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }))
    },
  ],
]

const existing = <T>(effect: () => T): T | 'exists' => {
  try {
    return effect()
  } catch (error) {
    if (error instanceof ServiceError && error.type === 'ResourceExistsException') return 'exists'
    throw error
  }
}

/** Absent is no failure; scheduled for deletion is. */
const readCurrent = (secrets: Secrets, id: SecretId, age: number): StoredVersion | undefined => {
  const secret = secrets.find(id, age)
  if (secret === undefined) return undefined
  return versionOf(secret, currentOf(secrets.live(id, age)))
}

const readOther = (
  secrets: Secrets,
  { id, which, age }: { id: SecretId; which: string | typeof previousVersion; age: number },
): StoredVersion | undefined => {
  if (secrets.find(id, age) === undefined) return undefined
  const secret = secrets.live(id, age)
  return versionOf(secret, which === previousVersion ? labelled(secret, 'AWSPREVIOUS') : secret.versions.get(which))
}

const versionOf = (secret: Secret, version: Version | undefined): StoredVersion | undefined =>
  version && {
    arn: secret.arn,
    versionId: version.id,
    createdAt: new Date(version.createdAt),
    text: new Redacted(version.string ?? ''),
  }

/** A secret that has not changed is the same object. */
const entries = new WeakMap<Secret, StoredEntry>()

const entryOf = (id: SecretId, secret: Secret): StoredEntry => {
  const known = entries.get(secret)
  if (known !== undefined) return known
  const entry = {
    ...id,
    arn: secret.arn,
    currentVersionId: currentOf(secret)?.id,
    tags: Object.fromEntries(secret.tags ?? []),
  }
  entries.set(secret, entry)
  return entry
}
