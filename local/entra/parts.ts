// The objects that all parts of the server share, made once from the options.

import { createSecretKey, type KeyObject } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { DeviceCodes } from './device-codes.ts'
import type { KeysOfIssuer } from './federated-credentials.ts'
import { createRandom, type Random } from './random.ts'
import type { DirectoryState } from './records.ts'
import { Registry } from './registry.ts'
import { loadState, saveState } from './state-file.ts'
import { TokenUses } from './token-uses.ts'
import { createSeals, type Seals } from './tokens.ts'
import { UsedCodes } from './used-codes.ts'

export interface EntraOptions {
  readonly clock: Clock
  /** Where the state is kept across restarts. @default in memory alone */
  readonly directory?: string
  /** Makes ids, tokens and lifetimes reproducible. @default the system's randomness */
  readonly seed?: number
  /** Days after which an unused refresh token dies. @default 90 */
  readonly inactivityDays?: number
  /** @default 60 to 90 minutes, uniformly distributed, in whole seconds */
  readonly accessTokenLifetimeMinutes?: { readonly shortest: number; readonly longest: number }
  /** More requests than this for one client, user and grant are answered with 50196. @default no limit */
  readonly throttle?: { readonly requests: number; readonly perSeconds: number }
  /** The keys of issuers that apps may trust. @default no issuer answers */
  readonly keysOfIssuer?: KeysOfIssuer
}

export interface EntraParts {
  readonly clock: Clock
  readonly random: Random
  readonly registry: Registry
  /** A KeyObject, because Node.js imports bytes anew for each signature. */
  readonly key: KeyObject
  readonly seals: Seals
  readonly uses: TokenUses
  readonly usedCodes: UsedCodes
  readonly deviceCodes: DeviceCodes
  readonly inactivityDays: number
  readonly keysOfIssuer: KeysOfIssuer
  readonly lifetimeSeconds: { readonly shortest: number; readonly longest: number }
}

export const createParts = (options: EntraOptions): EntraParts => {
  const { clock, directory, seed, inactivityDays = 90 } = options
  const stored = directory === undefined ? undefined : loadState(directory)
  const starts = (stored?.starts ?? 0) + 1
  const random = createRandom(seed === undefined ? undefined : `${seed}:${starts}`)
  const key = createSecretKey(stored === undefined ? random.bytes(32) : Buffer.from(stored.key, 'base64'))
  const registry = new Registry(stored ?? { tenants: [], clients: [], users: [] }, () => save())
  const save = (): void => {
    if (directory === undefined) return
    const state: DirectoryState = { schema: 1, starts, key: key.export().toString('base64'), ...registry.records }
    saveState(directory, state)
  }
  save()
  const { shortest, longest } = options.accessTokenLifetimeMinutes ?? { shortest: 60, longest: 90 }
  return {
    clock,
    random,
    registry,
    key,
    seals: createSeals(key, random),
    uses: new TokenUses(inactivityDays * 86_400_000, directory),
    usedCodes: new UsedCodes(),
    deviceCodes: new DeviceCodes(random),
    inactivityDays,
    keysOfIssuer: options.keysOfIssuer ?? (() => undefined),
    lifetimeSeconds: { shortest: Math.round(shortest * 60), longest: Math.round(longest * 60) },
  }
}
