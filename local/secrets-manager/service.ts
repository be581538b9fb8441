// AWS Secrets Manager in the process: a request in, an answer out, no waiting.

import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import type { LoopbackAnswer, LoopbackRequest } from '../loopback-server.ts'
import { type Authorize, principalOf, regionOf } from './access.ts'
import { type Account, Call } from './call.ts'
import { Catalogue } from './catalogue.ts'
import { ServiceError, unknownOperation } from './errors.ts'
import { Input } from './input.ts'
import { Listing } from './listing.ts'
import type { Secret } from './model.ts'
import { operations } from './operations/index.ts'
import { replicaOf } from './replicas.ts'
import { inMemory, onDisk } from './storage.ts'
import { failure, success } from './wire.ts'

export type { AccessRequest, Authorize, Principal } from './access.ts'
export { labelled } from './model.ts'

/** A snapshot of a secret, which does not change later. */
export type ReadonlySecret = Secret

export interface SecretsManagerOptions {
  readonly clock: Clock
  /** The home Region: for requests that are not signed for a Region, and for `inspect`. @default eu-central-1 */
  readonly region?: string
  /** @default 123456789012 */
  readonly accountId?: string
  /** Directory for the secrets, one file each. @default in memory */
  readonly directory?: string
  /** @default everything is allowed */
  readonly authorize?: Authorize
  /** Numbers in [0, 1), for ARN suffixes and passwords. @default from the operating system */
  readonly random?: () => number
  /** Lag of ListSecrets and of the filters of BatchGetSecretValue. @default 0 */
  readonly listingLagMilliseconds?: number
  /**
   * How the Errors of BatchGetSecretValue name a secret: as the request does, or by its ARN. The API allows both, and
   * which one AWS sends is not documented. @default as-asked
   */
  readonly batchErrorIds?: 'as-asked' | 'arn'
}

const systemRandom = (): number => randomInt(2 ** 32) / 2 ** 32
const targetPrefix = 'secretsmanager.'

export class SecretsManagerService {
  /** How often each operation was called, regardless of its answer. */
  readonly calls = new Map<string, number>()
  readonly #disabledKeys = new Set<string>()
  readonly #clock: Clock
  readonly #home: string
  readonly #open: (region: string) => Account
  /** As at AWS, each Region has its own secrets. */
  readonly #accounts = new Map<string, Account>()

  constructor(options: SecretsManagerOptions) {
    const { clock, region = 'eu-central-1', accountId = '123456789012', directory, random = systemRandom } = options
    const { authorize, batchErrorIds = 'as-asked' } = options
    this.#clock = clock
    this.#home = region
    this.#open = (signedFor) => {
      const place = { region: signedFor, accountId }
      const own = directory && signedFor !== region ? join(directory, signedFor) : directory
      const storage = own === undefined ? inMemory : onDisk(own)
      const catalogue = new Catalogue(clock, storage, new Listing(clock, options.listingLagMilliseconds), (secret) =>
        this.#replicate(secret),
      )
      const catalogueOf = (other: string) => this.#account(other).catalogue
      return { place, catalogue, catalogueOf, random, authorize, disabledKeys: this.#disabledKeys, batchErrorIds }
    }
    this.#account(region)
  }

  handle(request: LoopbackRequest): LoopbackAnswer {
    try {
      return success(this.#perform(request))
    } catch (error) {
      if (error instanceof ServiceError) return failure(error)
      throw error
    }
  }

  /** Disables a key, as an administrator of AWS KMS can: its secrets can be neither read nor written until it is enabled. */
  disableKey(arn: string): void {
    this.#disabledKeys.add(arn)
  }

  enableKey(arn: string): void {
    this.#disabledKeys.delete(arn)
  }

  /** The secret with this name in the home Region, also if it is scheduled for deletion. Counts as no call and no access. */
  inspect(name: string): ReadonlySecret | undefined {
    return this.#account(this.#home).catalogue.named(name)
  }

  /** Names in the home Region that begin so. Counts as no call and no access. */
  namesUnder(prefix: string): readonly string[] {
    return this.#account(this.#home)
      .catalogue.names()
      .filter((name) => name.startsWith(prefix))
  }

  #perform({ method, headers, body }: LoopbackRequest): object {
    const target = headers['x-amz-target']
    const named = method === 'POST' && typeof target === 'string' && target.startsWith(targetPrefix)
    const name = named ? target.slice(targetPrefix.length) : ''
    const operation = operations.get(name)
    if (!operation) throw unknownOperation()
    this.calls.set(name, (this.calls.get(name) ?? 0) + 1)
    const principal = principalOf(headers.authorization)
    const account = this.#account(regionOf(headers.authorization) ?? this.#home)
    const input = Input.parse(body)
    return operation(new Call({ account, principal, operation: name, input, now: this.#clock.now() }))
  }

  /** Copies at once. AWS needs some time, and does not document how long. */
  #replicate(secret: Secret): void {
    for (const region of secret.replicaRegions ?? []) {
      const { catalogue } = this.#account(region)
      const replica = replicaOf(secret, region, catalogue)
      if (replica !== undefined) catalogue.put(replica)
    }
  }

  #account(region: string): Account {
    const account = this.#accounts.get(region) ?? this.#open(region)
    this.#accounts.set(region, account)
    return account
  }
}
