// Secrets of connections that have been kept alive for a while. Made when they are asked for: fifty thousand of them
// would take more memory than what is measured.

import { hash, randomBytes, randomUUID } from 'node:crypto'
import { defaultTiming, type Room, secretName } from '../../lambda/contract.ts'
import { type Client, encodeClient } from '../../lambda/core/secrets/client.ts'
import { encodeGrant, type Grant } from '../../lambda/core/secrets/grant.ts'
import { encodePublished } from '../../lambda/core/secrets/published.ts'
import { Redacted } from '../../lambda/core/secrets/redacted.ts'
import { clientTags } from '../../lambda/core/tags/client-tags.ts'
import { successTags } from '../../lambda/core/tags/status.ts'
import { clientId, prefix, scope, type World } from './world.ts'

export interface Secret {
  readonly name: string
  readonly arn: string
  versionId: string
  previousId: string
  text: string | undefined
  readonly tags: Map<string, string>
}

const minute = 60_000
const filler = randomBytes(2000).toString('base64url')

/** As long as Entra's are; only the beginning is drawn each time. */
export const accessToken = (): string => randomBytes(24).toString('base64url') + filler.slice(0, 1600)
export const refreshToken = (): string => randomBytes(24).toString('base64url') + filler.slice(0, 1100)

export const connectionName = (index: number): string => `mailbox-${String(index).padStart(6, '0')}`

/** In the order of a listing. */
export const namesOf = ({ connections }: World): string[] => {
  const names = Array.from({ length: connections }, (_, index) => connectionName(index))
  const inRoom = (room: Room, all: readonly string[]) => all.map((name) => secretName(prefix, room, name))
  return [...inRoom('clients', [clientId]), ...inRoom('grants', names), ...inRoom('connections', names)]
}

/** Another one for each world, so that no id is given twice. */
export class Seed {
  readonly #world: World
  readonly #salt = randomUUID()
  readonly #now = Date.now()
  readonly #client: Client

  constructor(world: World, tokenEndpoint: string) {
    this.#world = world
    this.#client = {
      client_id: clientId,
      token_endpoint: tokenEndpoint,
      token_endpoint_auth_method: 'client_secret_post',
      client_secrets: [{ value: new Redacted(randomBytes(30).toString('base64url')) }],
      provider: { name: 'entra', rotation: 'reusable', inactivity_days: 90 },
    }
  }

  secret(fullName: string): Secret {
    const [, room = '', name = ''] = fullName.split('/')
    const versionId = hash('sha256', `${this.#salt}${fullName}`)
    const tags =
      room === 'grants'
        ? successTags(name, this.#grant(name), versionId, defaultTiming)
        : room === 'clients'
          ? clientTags(this.#client)
          : {}
    return {
      name: fullName,
      arn: `arn:aws:secretsmanager:eu-central-1:123456789012:secret:${fullName}-AbCdEf`,
      versionId,
      previousId: hash('sha256', versionId),
      text: undefined,
      tags: new Map(Object.entries(tags)),
    }
  }

  text(fullName: string): string {
    const [, room = '', name = ''] = fullName.split('/')
    if (room === 'clients') return encodeClient(this.#client).reveal()
    const grant = this.#grant(name)
    return (room === 'grants' ? encodeGrant(grant) : encodePublished(grant, this.#client)).reveal()
  }

  #grant(name: string): Grant {
    const due = Number(name.slice(-6)) < this.#world.due
    const refreshedAt = new Date(this.#now - (due ? 60 : 0) * minute)
    return {
      client_id: clientId,
      generation: 7,
      refresh_token: new Redacted(refreshToken()),
      access_token: new Redacted(accessToken()),
      token_type: 'Bearer',
      expires_at: new Date(refreshedAt.getTime() + 80 * minute),
      scope,
      granted_scope: scope,
      mode: 'fresh',
      publish: 'access_token',
      rotation: 'reusable',
      refreshed_at: refreshedAt,
      refresh_by: new Date(refreshedAt.getTime() + 90 * 24 * 60 * minute),
      bootstrapped_at: refreshedAt,
    }
  }
}
