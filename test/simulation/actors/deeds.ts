// What people, the provider and the world do to a connection besides: each deed by its name.

import { defaultPrefix, publishKinds, secretName, tags } from '../../../lambda/contract.ts'
import type { SecretId } from '../../../lambda/ports.ts'
import type { Chance } from '../search/chance.ts'
import type { DeedName } from '../search/swarm.ts'
import { otherUserOf } from '../world/provider.ts'
import { currentOf } from '../world/secrets.ts'
import { clientId } from '../world/setup.ts'
import { storeFates } from '../world/store.ts'
import { providerFates } from '../world/token-endpoint.ts'
import type { World } from '../world/world.ts'
import { connect, handOver, ownerOf, signInAs } from './owner.ts'

const minute = 60_000
const hour = 60 * minute

export interface Doing {
  readonly world: World
  readonly chance: Chance
  readonly connection: string
  /** A name that no other deed has. */
  readonly key: string
}

const operator = { name: 'operator', kind: 'operator' } as const

export const deeds: Readonly<Record<DeedName, (doing: Doing) => void>> = {
  'bootstrap again': ({ world, connection, chance, key }) =>
    connect(world, connection, { scope: chance.draw.one(`scope ${key}`, ['mail', 'mail calendar', 'files']) }),

  'sign in as another': ({ world, connection }) =>
    withGrant(world, connection, () => signInAs(world, connection, { account: anotherThan(world, connection) })),

  'hand over to another': ({ world, connection }) =>
    withGrant(world, connection, () => {
      const account = anotherThan(world, connection)
      handOver(world, connection, account)
      signInAs(world, connection, { account, change: { another_account: true } })
    }),

  'edit grant': ({ world, connection, key }) => edit(world, { room: 'grants', name: connection }, key),

  // A spent refresh token made current again is a person's own loss.
  'move grant back': ({ world, connection }) => {
    if (world.provider.rotation === 'reusable') moveBack(world, { room: 'grants', name: connection })
  },

  'move published back': ({ world, connection }) => moveBack(world, { room: 'connections', name: connection }),

  'delete tags': ({ world, connection }) =>
    withGrant(world, connection, (id) =>
      world.secrets.untag(id, [...(world.secrets.live(id).tags?.keys() ?? [])], operator),
    ),

  'wrong tags': ({ world, connection, chance, key }) =>
    withGrant(world, connection, (id) => {
      const later = new Date(world.engine.now() + chance.draw.between(`wrong ${key}`, -2, 72) * hour).toISOString()
      const name = chance.draw.one(`which ${key}`, [
        tags.due,
        tags.expires,
        tags.refreshed,
        tags.retry,
        tags.client,
        tags.mode,
      ])
      world.secrets.tag(id, { [name]: later }, operator)
    }),

  'delete labels': ({ world, connection }) =>
    withGrant(world, connection, (id) => {
      for (const label of ['AWSPREVIOUS', 'TOKEN_REFRESHER_CLAIM']) {
        world.secrets.move(id, { label, to: undefined }, operator)
      }
    }),

  force: ({ world, connection, chance, key }) => {
    // What apps read changes with the refresh, or stays as it is.
    const publish = chance.draw.one(`publish ${key}`, [undefined, ...publishKinds])
    const set = publish === undefined ? {} : { set: { publish } }
    world.refresh({ connections: [connection], force: true, ...set }, `forced-${key}`)
  },

  pause: ({ world, connection, chance, key }) =>
    withGrant(world, connection, (id) => {
      const { engine, secrets } = world
      secrets.tag(id, { [tags.paused]: new Date(engine.now()).toISOString() }, operator)
      engine.at(engine.now() + chance.draw.between(`pause ${key}`, 1, 30) * hour, () =>
        withGrant(world, connection, () => secrets.untag(id, [tags.paused], operator)),
      )
    }),

  'block user': ({ world, connection, chance, key }) => {
    const { engine, provider } = world
    // Disabled (account); blocked by Conditional Access (policy).
    provider.block(connection, chance.draw.one(`block ${key}`, [50057, 53003]))
    const until = engine.now() + chance.draw.between(`blocked ${key}`, 1, 30) * hour
    engine.at(until, () => provider.block(connection, undefined))
  },

  revoke: ({ world, connection }) => world.provider.revoke(connection),

  'change client secret': ({ world, connection, chance, key }) => {
    const { engine, provider, secrets } = world
    const client = clientIdOf(world, connection)
    const known = provider.newestSecret(client)
    const client_secret = provider.addClientSecret(client)
    // Sometimes in time, sometimes after the old one has expired.
    const late = chance.draw.between(`late ${key}`, -6, 30) * hour
    if (known !== undefined) engine.at(engine.now() + Math.max(0, -late), () => provider.expireClientSecret(known))
    engine.at(engine.now() + Math.max(0, late), () => {
      const id = { room: 'logins', name: `client-secret-${key}` } as const
      const text = JSON.stringify({ client_id: client, client_secret })
      secrets.create(id, { versionId: world.draw.uuid(key), text, tags: {} }, operator)
      const tried = chance.draw.chance(`tried ${key}`, 0.5) ? { connection } : {}
      world.bootstrap({ client, login: secretName(defaultPrefix, 'logins', id.name), ...tried })
    })
  },

  'provider outage': ({ world, chance, key }) => {
    const { engine } = world
    const { unavailable, hanging, unsent, throttled } = providerFates
    const until = engine.now() + lengthOf(chance, key)
    world.outage = chance.draw.one(`outage ${key}`, [unavailable, hanging, unsent, throttled])
    world.disturb('the provider is down', until)
    engine.at(until, () => {
      world.outage = undefined
    })
  },

  'store outage': ({ world, chance, key }) => {
    const { engine } = world
    const until = engine.now() + lengthOf(chance, key)
    world.storeOutage = chance.draw.one(`store outage ${key}`, [
      storeFates.failed,
      storeFates.throttled,
      storeFates.denied,
    ])
    world.disturb('the store is down', until)
    engine.at(until, () => {
      world.storeOutage = undefined
    })
  },

  'remove and bootstrap': ({ world, connection, chance, key }) =>
    withGrant(world, connection, (id) => {
      world.secrets.schedule(id, operator)
      const published = { room: 'connections', name: connection } as const
      if (world.secrets.find(published)?.deletionAt === undefined && world.secrets.find(published) !== undefined) {
        world.secrets.schedule(published, operator)
      }
      const later = chance.draw.between(`back ${key}`, 1, 48) * hour
      world.engine.at(world.engine.now() + later, () => connect(world, connection))
    }),
}

const anotherThan = (world: World, connection: string): string =>
  ownerOf(world, connection) === connection ? otherUserOf(connection) : connection

/** Minutes mostly, and sometimes days. */
const lengthOf = ({ draw }: Chance, key: string): number =>
  draw.one(`length ${key}`, [10 * minute, hour, 12 * hour, 72 * hour]) * draw.between(`how long ${key}`, 0.1, 1)

/** Whose connection it is now. */
const clientIdOf = ({ secrets }: World, connection: string): string => {
  const text = currentOf(secrets.find({ room: 'grants', name: connection }))?.string
  const { client_id } = Object(JSON.parse(text ?? '{}'))
  return typeof client_id === 'string' ? client_id : clientId
}

const withGrant = (world: World, connection: string, act: (id: SecretId) => void): void => {
  const id = { room: 'grants', name: connection } as const
  const secret = world.secrets.find(id)
  if (secret !== undefined && secret.deletionAt === undefined) act(id)
}

/** A version by hand that says the same in other words. */
const edit = ({ secrets, draw }: World, id: SecretId, key: string): void => {
  const text = currentOf(secrets.find(id))?.string
  if (text === undefined || secrets.find(id)?.deletionAt !== undefined) return
  const granted_scope = `edited ${key}`
  secrets.put(
    id,
    { versionId: draw.uuid(`edit ${key}`), text: JSON.stringify({ ...JSON.parse(text), granted_scope }) },
    operator,
  )
}

const moveBack = ({ secrets }: World, id: SecretId): void => {
  const secret = secrets.find(id)
  if (secret === undefined || secret.deletionAt !== undefined) return
  const previous = [...secret.versions.values()].find(({ labels }) => labels.includes('AWSPREVIOUS'))
  if (previous !== undefined) secrets.move(id, { label: 'AWSCURRENT', to: previous.id }, operator)
}
