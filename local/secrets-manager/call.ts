// One call of one operation: its input, and what an operation may do with the account.

import { type Authorize, type Context, keyContext, keyProbe, type Principal, secretContext } from './access.ts'
import type { Catalogue } from './catalogue.ts'
import {
  accessDenied,
  decryptionFailure,
  encryptionFailure,
  markedForDeletion,
  replicaSecret,
  type ServiceError,
  secretNotFound,
} from './errors.ts'
import type { Input } from './input.ts'
import type { Secret } from './model.ts'
import { arnWithoutSuffix, type Place, readSecretId, type SecretId } from './names.ts'
import { isReplica } from './replicas.ts'

/** A copy can be changed only in the Region of its primary. */
const allowedOnReplicas: ReadonlySet<string> = new Set([
  'BatchGetSecretValue',
  'DescribeSecret',
  'GetResourcePolicy',
  'GetSecretValue',
  'ListSecretVersionIds',
  'StopReplicationToReplica',
])

export type Operation = (call: Call) => object

export interface Account {
  readonly place: Place
  readonly catalogue: Catalogue
  /** The secrets of another Region of the account. */
  readonly catalogueOf: (region: string) => Catalogue
  readonly random: () => number
  readonly authorize: Authorize | undefined
  /** ARNs of KMS keys that nothing can be encrypted or decrypted with. */
  readonly disabledKeys: ReadonlySet<string>
  readonly batchErrorIds: 'as-asked' | 'arn'
}

export interface CallOptions {
  readonly account: Account
  readonly principal: Principal
  readonly operation: string
  readonly input: Input
  readonly now: number
}

export class Call {
  readonly account: Account
  readonly input: Input
  readonly now: number
  readonly #principal: Principal
  readonly #operation: string

  constructor({ account, principal, operation, input, now }: CallOptions) {
    this.account = account
    this.input = input
    this.now = now
    this.#principal = principal
    this.#operation = operation
  }

  get catalogue(): Catalogue {
    return this.account.catalogue
  }

  /** The secret of SecretId in any state, if the caller may use the operation on it. */
  secret(context: Context = {}): Secret {
    return this.resolve(readSecretId(this.account.place, this.input), this.#operation, context)
  }

  /** The secret of SecretId, unless it is scheduled for deletion. */
  liveSecret(context: Context = {}, refusal: () => ServiceError = markedForDeletion): Secret {
    const secret = this.secret(context)
    if (secret.deletionAt !== undefined) throw refusal()
    return secret
  }

  resolve(id: SecretId, operation: string, context: Context = {}): Secret {
    const secret = this.catalogue.find(id)
    if (!secret) {
      const arn = id.kind === 'arn' ? id.arn : arnWithoutSuffix(this.account.place, id.name)
      this.authorize(`secretsmanager:${operation}`, arn, context)
      throw secretNotFound()
    }
    this.authorizeFor(secret, operation, context)
    if (isReplica(secret, this.account.place.region) && !allowedOnReplicas.has(operation)) throw replicaSecret()
    return secret
  }

  authorizeFor(secret: Secret, operation: string, context: Context = {}): void {
    if (!this.account.authorize) return
    this.authorize(`secretsmanager:${operation}`, secret.arn, { ...secretContext(secret), ...context })
  }

  authorize(action: string, resource: string, context: Context = {}): void {
    const refusal = this.account.authorize?.({ principal: this.#principal, action, resource, context })
    if (refusal !== undefined) throw accessDenied(refusal)
  }

  /** A value encrypted with the account's own key needs no permission of the caller for it. */
  decrypt(arn: string, key: string | undefined, versionId: string): void {
    if (key === undefined) return
    this.authorize('kms:Decrypt', key, keyContext(this.account.place, arn, versionId))
    if (this.account.disabledKeys.has(key)) throw decryptionFailure()
  }

  /** @param versionId the probe, if the call itself chooses the key */
  encrypt(arn: string, key: string | undefined, versionId: string = keyProbe): void {
    if (key !== undefined) this.authorize('kms:GenerateDataKey', key, keyContext(this.account.place, arn, versionId))
    if (key !== undefined && this.account.disabledKeys.has(key)) throw encryptionFailure()
    this.decrypt(arn, key, versionId)
  }
}
