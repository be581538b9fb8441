// A minimal Secrets Manager in memory: the operations of a tick, as far as a tick uses them.

import { randomUUID } from 'node:crypto'
import { type Room, secretName } from '../../lambda/contract.ts'
import { namesOf, type Secret, Seed } from './seed.ts'
import { prefix, type World } from './world.ts'

/** Refused, in the words of AWS JSON 1.1. */
export class Refused extends Error {}

interface Input {
  readonly SecretId: string
  readonly SecretIdList: readonly string[]
  readonly Filters: readonly { readonly Values: readonly string[] }[]
  readonly NextToken?: string
  readonly ClientRequestToken: string
  readonly SecretString: string
  readonly Tags: readonly { readonly Key: string; readonly Value: string }[]
}

/** ListSecrets gives at most so many at once. */
const pageSize = 100

export class Secrets {
  readonly #seed: Seed
  readonly #names: ReadonlySet<string>
  /** Those that were read or changed. */
  readonly #touched = new Map<string, Secret>()
  /** Names by what they begin with, as asked for. */
  readonly #listings = new Map<string, readonly string[]>()

  constructor(world: World, tokenEndpoint: string) {
    this.#seed = new Seed(world, tokenEndpoint)
    this.#names = new Set(namesOf(world))
  }

  /** Undefined as long as no one has asked for it. */
  textOf(room: Room, name: string): string | undefined {
    return this.#touched.get(secretName(prefix, room, name))?.text
  }

  call(operation: string, input: Input): object {
    switch (operation) {
      case 'ListSecrets':
        return this.#list(input)
      case 'BatchGetSecretValue':
        return { SecretValues: input.SecretIdList.map((id) => this.#value(id)), Errors: [] }
      case 'PutSecretValue':
        return this.#put(input)
      case 'TagResource':
        for (const { Key, Value } of input.Tags) this.#touch(input.SecretId).tags.set(Key, Value)
        return {}
      default:
        throw new Refused('UnknownOperationException')
    }
  }

  #touch(name: string): Secret {
    if (!this.#names.has(name)) throw new Refused('ResourceNotFoundException')
    const secret = this.#touched.get(name) ?? this.#seed.secret(name)
    this.#touched.set(name, secret)
    return secret
  }

  #value(name: string): object {
    const secret = this.#touch(name)
    secret.text ??= this.#seed.text(name)
    return valueEntry(secret, secret.text)
  }

  #list({ Filters, NextToken = '0' }: Input): object {
    const wanted = this.#listing(Filters.flatMap(({ Values }) => Values))
    const from = Number(NextToken)
    const next = from + pageSize
    const SecretList = wanted
      .slice(from, next)
      .map((name) => entryOf(this.#touched.get(name) ?? this.#seed.secret(name)))
    return { SecretList, ...(next < wanted.length && { NextToken: String(next) }) }
  }

  #listing(prefixes: readonly string[]): readonly string[] {
    const key = prefixes.join()
    const names =
      this.#listings.get(key) ?? [...this.#names].filter((name) => prefixes.some((prefix) => name.startsWith(prefix)))
    this.#listings.set(key, names)
    return names
  }

  #put({ SecretId, ClientRequestToken, SecretString }: Input): object {
    const secret = this.#touch(SecretId)
    if (ClientRequestToken === secret.versionId || ClientRequestToken === secret.previousId) {
      throw new Refused('ResourceExistsException')
    }
    secret.previousId = secret.versionId
    secret.versionId = ClientRequestToken
    secret.text = SecretString
    return { ARN: secret.arn, Name: secret.name, VersionId: ClientRequestToken, VersionStages: ['AWSCURRENT'] }
  }
}

const valueEntry = ({ arn, name, versionId }: Secret, text: string): object => ({
  ARN: arn,
  Name: name,
  VersionId: versionId,
  SecretString: text,
  VersionStages: ['AWSCURRENT'],
  CreatedDate: Date.now() / 1000,
})

const keyId = `arn:aws:kms:eu-central-1:123456789012:key/${randomUUID()}`

const entryOf = ({ arn, name, versionId, previousId, tags }: Secret): object => ({
  ARN: arn,
  Name: name,
  KmsKeyId: keyId,
  LastChangedDate: Date.now() / 1000,
  LastAccessedDate: Math.floor(Date.now() / 86_400_000) * 86_400,
  Tags: [...tags].map(([Key, Value]) => ({ Key, Value })),
  SecretVersionsToStages: { [versionId]: ['AWSCURRENT'], [previousId]: ['AWSPREVIOUS'] },
  CreatedDate: Date.now() / 1000,
})
