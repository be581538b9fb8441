// What is published and may have to be handed on is announced at least once, and an ordinary refresh is not.

import { UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager'
import { describe, expect, it } from 'vitest'
import { publishedKeys, tags } from '../../../lambda/contract.ts'
import { storeFailure } from '../../../lambda/core/failures/failure-table.ts'
import { StoreFailure } from '../../../lambda/ports.ts'
import { withFields } from '../../../local/entra/on-demand.ts'
import { Crash, dying, type Embedded, embedded, handlersOver, interposed } from '../../support/embedded.ts'
import { withoutNetwork } from '../../support/without-network.ts'

interface Published {
  readonly connection: string
  readonly generation: number
  readonly changed: readonly string[]
}

/** Each `Connection Published` on the event bus, the first first. */
const announced = (e: Embedded): readonly Published[] =>
  e.eventBus.entries.flatMap(({ detailType, detail }) =>
    detailType === 'Connection Published' ? [Object(detail)] : [],
  )

const changes = (e: Embedded): readonly (readonly string[])[] => announced(e).map(({ changed }) => changed)

/** A connection whose values an app renews itself, as App Connect does. */
const connected = async (change: Record<string, unknown> = {}): Promise<Embedded> => {
  const e = await embedded({ reach: withoutNetwork })
  await e.connect('a', { publish: 'connection_values', ...change })
  return e
}

/** The client's record has another client secret before the old one. */
const changeClientSecret = async (e: Embedded): Promise<string> => {
  const { value } = e.entra.addClientSecret(e.clientId)
  const { client_secrets } = e.current('clients', e.clientId).json
  await e.edit('clients', e.clientId, { client_secrets: [{ value }, ...Object(client_secrets)] })
  return value
}

const everyTime = ['access_token', 'expires_at', 'generation', 'refresh_by', 'refresh_token', 'refreshed_at']
const more = (...keys: readonly string[]): readonly string[] => [...everyTime, ...keys].toSorted()
const hourly = 63

describe('a publication', () => {
  it('of a new connection is announced beside the bootstrap, with all its keys and no value', async () => {
    const e = await connected()
    const { arn } = e.secret('connections', 'a')
    expect(e.eventBus.entries.map(({ detailType }) => detailType)).toEqual([
      'Connection Bootstrapped',
      'Connection Published',
    ])
    expect(announced(e)).toEqual([
      {
        prefix: 'token-refresher',
        connection: 'a',
        client: e.clientId,
        since: new Date(e.clock.now()).toISOString(),
        secret: arn,
        generation: 1,
        changed: publishedKeys,
        runbook: 'docs/runbook.md',
      },
    ])
    expect(await e.tags('a')).toMatchObject({
      [tags.changed]: `1 ${publishedKeys.join(' ')}`,
      [tags.changedAnnounced]: '1',
    })
    await e.tickAfter(5)
    expect(announced(e)).toHaveLength(1)
  })

  it('of an ordinary refresh is not announced, and costs no call', async () => {
    const e = await connected()
    const calls = await e.callsDuring(() => e.tickAfter(hourly))
    expect(calls).toEqual({ BatchGetSecretValue: 1, ListSecrets: 2, PutSecretValue: 2, TagResource: 1 })
    for (let hours = 0; hours < 5; hours++) expect(await e.tickAfter(hourly)).toMatchObject({ refreshed: 1 })
    expect(announced(e)).toHaveLength(1)
  })

  it('with another client secret is announced once, by the refresher', async () => {
    const e = await connected()
    const secret = await changeClientSecret(e)
    await e.tickAfter(hourly)
    await e.tickAfter(hourly)
    expect((await e.value('connections', 'a')).client_secret).toBe(secret)
    expect(announced(e).slice(1)).toMatchObject([{ connection: 'a', generation: 2, changed: more('client_secret') }])
  })

  it('with another client secret is announced for each connection, also by the function that has tried it', async () => {
    const e = await connected()
    await e.connect('b', { publish: 'connection_values' })
    const { value } = e.entra.addClientSecret(e.clientId)
    await e.storeLogin('client', { client_id: e.clientId, client_secret: value })
    const { arn } = e.secret('logins', 'client')
    e.clock.advance(11 * 60_000)
    await e.changeClientSecret({ client: e.clientId, login: arn, connection: 'a' })
    expect(announced(e).slice(2)).toMatchObject([{ connection: 'a', changed: more('client_secret') }])
    await e.tickAfter(hourly)
    await e.tickAfter(hourly)
    expect(announced(e).slice(3)).toMatchObject([{ connection: 'b', changed: more('client_secret') }])
  })

  it('with another set of keys is announced, in both directions', async () => {
    const e = await connected({ publish: 'access_token' })
    await e.tickAfter(hourly)
    await e.refresh({ connections: ['a'], set: { publish: 'connection_values' } })
    const added = more('client_id', 'client_secret')
    expect(changes(e).slice(1)).toEqual([added])
    await e.tickAfter(hourly)
    await e.refresh({ connections: ['a'], set: { publish: 'access_token' } })
    expect(changes(e).slice(2)).toEqual([added])
  })

  it('with another scope is announced, and not with the same in another order', async () => {
    const e = await connected({ scope: 'Mail.Read Mail.Send offline_access' })
    e.entra.shapeNext(withFields({ scope: 'Mail.Read' }))
    await e.tickAfter(hourly)
    expect(changes(e).slice(1)).toEqual([more('scope')])
    e.entra.shapeNext(withFields({ scope: 'Mail.Read Mail.Send' }))
    await e.tickAfter(hourly)
    e.entra.shapeNext(withFields({ scope: 'Mail.Send Mail.Read' }))
    await e.tickAfter(hourly)
    expect(announced(e)).toHaveLength(3)
  })

  it('of a new sign-in is announced with what has changed', async () => {
    const e = await connected()
    await e.tickAfter(hourly)
    await e.connect('a', { publish: 'connection_values' })
    expect(announced(e).slice(1)).toMatchObject([{ generation: 3, changed: more() }])
  })

  it('of tokens that do not live long enough is announced, although the bootstrap is refused', async () => {
    const e = await embedded({ reach: withoutNetwork })
    e.entra.shapeNext(withFields({ expires_in: 600 }))
    await expect(e.connect('a')).rejects.toThrow('lifetime_too_short')
    expect(e.eventBus.entries.map(({ detailType }) => detailType)).toEqual(['Connection Published'])
  })

  it('leaves no secret value in events, logs and tags', async () => {
    const e = await connected()
    await changeClientSecret(e)
    await e.tickAfter(hourly)
    expect(e.leaks(JSON.stringify(e.eventBus.entries) + e.told.text() + JSON.stringify(await e.tags('a')))).toEqual([])
  })

  it('is shown to people in no mail', async () => {
    const e = await connected()
    await changeClientSecret(e)
    await e.tickAfter(hourly)
    expect(announced(e)).toHaveLength(2)
    const { mailsOf } = await import('../../../local/mails.ts')
    const { templateWith } = await import('../../lib/support.ts')
    expect(JSON.stringify(mailsOf(templateWith().toJSON(), e.eventBus.entries))).not.toContain('Published')
  })
})

/** Ticks until everything that was left is made good. */
const settle = async (e: Embedded): Promise<void> => {
  for (let ticks = 0; ticks < 4; ticks++) await e.tickAfter(5)
}

describe.each(['before', 'after'] as const)('a process that dies %s any of its calls', (when) => {
  const due = async () => {
    const e = await connected()
    const secret = await changeClientSecret(e)
    e.clock.advance(hourly * 60_000)
    return { e, secret }
  }

  it('of a tick with another client secret delays the event and loses none', async () => {
    const first = await due()
    const { refresh, calls } = dying(first.e.dependencies, Number.POSITIVE_INFINITY, 'before')
    await refresh()
    expect(calls.slice(3)).toEqual(['redeem', 'put', 'describe', 'tag', 'put', 'tag', 'tag', 'announce', 'tag'])
    const wrong: Record<string, unknown> = {}
    for (const [at, call] of calls.entries()) {
      const { e, secret } = await due()
      await expect(dying(e.dependencies, at, when).refresh()).rejects.toThrow(Crash)
      await settle(e)
      const { client_secret, generation } = e.current('connections', 'a').json
      const told = announced(e).filter((one) => one.generation > 1 && one.changed.includes('client_secret'))
      const isTold = told.length > 0 && told.every((one) => one.generation <= Number(generation))
      if (client_secret !== secret || !isTold || told.length > 2 || e.problems('a').length > 0) {
        wrong[`${when} ${at} ${call}`] = { told, generation, problems: e.problems('a') }
      }
    }
    expect(wrong).toEqual({})
  })

  it('of a bootstrap delays the event and loses none', async () => {
    const ready = async () => {
      const e = await connected()
      e.clock.advance(hourly * 60_000)
      await e.storeLogin('a', { ...e.login, publish: 'connection_values' })
      return e
    }
    const first = await ready()
    const { bootstrap, calls } = dying(first.dependencies, Number.POSITIVE_INFINITY, 'before')
    await bootstrap({ connection: 'a' })
    expect(calls.slice(-6)).toEqual(['tag', 'put', 'tag', 'erase', 'announce', 'tag'])
    const wrong: Record<string, unknown> = {}
    for (const [at, call] of calls.entries()) {
      const e = await ready()
      await expect(dying(e.dependencies, at, when).bootstrap({ connection: 'a' })).rejects.toThrow(Crash)
      await settle(e)
      const { bootstrapped_generation } = e.current('grants', 'a').json
      const told = announced(e).filter(({ generation }) => generation > 1)
      const expected = bootstrapped_generation === 1 ? 0 : 1
      if (told.length < expected || told.length > 2 * expected || e.problems('a').length > 0) {
        wrong[`${when} ${at} ${call}`] = { told, bootstrapped_generation, problems: e.problems('a') }
      }
    }
    expect(wrong).toEqual({})
  })

  it('of the function that tries a client secret delays the event and loses none', async () => {
    const ready = async () => {
      const e = await connected()
      const { value } = e.entra.addClientSecret(e.clientId)
      await e.storeLogin('client', { client_id: e.clientId, client_secret: value })
      return { e, value, event: { client: e.clientId, login: e.secret('logins', 'client').arn, connection: 'a' } }
    }
    const first = await ready()
    const { bootstrap, calls } = dying(first.e.dependencies, Number.POSITIVE_INFINITY, 'before')
    await bootstrap(Object(first.event))
    expect(calls).toContain('announce')
    const wrong: Record<string, unknown> = {}
    for (const [at, call] of calls.entries()) {
      const { e, value, event } = await ready()
      await expect(dying(e.dependencies, at, when).bootstrap(Object(event))).rejects.toThrow(Crash)
      await settle(e)
      const told = announced(e).filter((one) => one.generation > 1 && one.changed.includes('client_secret'))
      const isPublished = e.current('connections', 'a').json.client_secret === value
      // If it died before the publication, the event may name a client secret that was not published in the end.
      if ((isPublished && told.length === 0) || told.length > 2) wrong[`${when} ${at} ${call}`] = { told, isPublished }
    }
    expect(wrong).toEqual({})
  })
})

const refused = (code: string): StoreFailure => new StoreFailure(storeFailure(code), false)

describe('an event', () => {
  it('that was not accepted is sent by a later tick, together with what has changed since', async () => {
    const e = await connected()
    const down = interposed(e.dependencies, (call, run) => {
      if (call === 'announce') throw refused('InternalException')
      return run()
    })
    await changeClientSecret(e)
    e.clock.advance(hourly * 60_000)
    await handlersOver(down).refresh()
    e.entra.shapeNext(withFields({ scope: 'Mail.Read' }))
    e.clock.advance(hourly * 60_000)
    await handlersOver(down).refresh()
    expect(announced(e)).toHaveLength(1)
    expect(e.told.storeFailures).toMatchObject([{ task: 'announce' }, { task: 'announce' }])
    await e.tickAfter(5)
    expect(announced(e).slice(1)).toMatchObject([{ generation: 3, changed: more('client_secret', 'scope') }])
    await e.tickAfter(5)
    expect(announced(e)).toHaveLength(2)
  })

  it('is not sent twice where the list has not shown yet that it was sent', async () => {
    const e = await connected()
    await e.setTags('a', { [tags.changedAnnounced]: '0' })
    const { store } = e.dependencies
    const listed = await store.list('grants')
    await e.setTags('a', { [tags.changedAnnounced]: '1' })
    const lagging = { ...e.dependencies, store: { ...interposed(e.dependencies, (_, run) => run()).store } }
    const list: typeof store.list = async (room, from) => (room === 'grants' ? listed : store.list(room, from))
    await handlersOver({ ...lagging, store: { ...lagging.store, list } }).refresh()
    expect(announced(e)).toHaveLength(1)
  })

  it('is sent again where the tag could not be written afterwards', async () => {
    const e = await connected()
    await changeClientSecret(e)
    e.clock.advance(hourly * 60_000)
    let tagging = 0
    const failing = interposed(e.dependencies, (call, run) => {
      if (call === 'tag' && ++tagging === 4) throw refused('InternalServiceError')
      return run()
    })
    await handlersOver(failing).refresh()
    expect(announced(e)).toHaveLength(2)
    await e.tickAfter(5)
    await e.tickAfter(5)
    expect(changes(e).slice(1)).toEqual([more('client_secret'), more('client_secret')])
  })

  it.each(['describe', 'tag'] as const)(
    'is sent in the same run where %s is refused before the publication',
    async (call) => {
      const e = await connected()
      const secret = await changeClientSecret(e)
      e.clock.advance(hourly * 60_000)
      const failing = interposed(e.dependencies, (one, run) => {
        if (one === call) throw refused('AccessDeniedException')
        return run()
      })
      await handlersOver(failing).refresh()
      expect((await e.value('connections', 'a')).client_secret).toBe(secret)
      expect(changes(e).slice(1)).toEqual([more('client_secret')])
      expect(e.told.storeFailures.map(({ task }) => task)).toContain('note what is to be announced')
    },
  )

  it('of a bootstrap is sent in the same run where the tag before the publication is refused', async () => {
    const e = await connected()
    await e.storeLogin('a', { ...e.login, publish: 'connection_values' })
    let tagging = 0
    const failing = interposed(e.dependencies, (call, run) => {
      if (call === 'tag' && ++tagging === 2) throw refused('AccessDeniedException')
      return run()
    })
    await handlersOver(failing).bootstrap({ connection: 'a' })
    expect(announced(e).slice(1)).toMatchObject([{ generation: 2 }])
    expect(e.problems('a')).toEqual([])
  })

  it('waits until what it says is published', async () => {
    const e = await connected()
    await e.setTags('a', { [tags.changed]: '2 client_secret' })
    await e.tickAfter(5)
    expect(announced(e)).toHaveLength(1)
    await e.tickAfter(hourly)
    await e.tickAfter(5)
    expect(announced(e).slice(1)).toMatchObject([{ generation: 2, changed: ['client_secret'] }])
  })
})

describe('a tag by another hand', () => {
  it.each([
    '',
    'nonsense',
    '1',
    '1 nothing of ours',
    '-1 client_secret',
    '999999999999999 client_secret',
    '9'.repeat(200),
    'x'.repeat(256),
  ])('%j sends nothing and stops nothing', async (value) => {
    const e = await connected()
    await e.setTags('a', { [tags.changed]: value, [tags.changedAnnounced]: value })
    expect(await e.tickAfter(hourly)).toMatchObject({ refreshed: 1, failed: {} })
    await e.setTags('a', { [tags.changed]: value, [tags.changedAnnounced]: 'nonsense' })
    await e.tickAfter(5)
    expect(announced(e)).toHaveLength(1)
    await changeClientSecret(e)
    await e.tickAfter(hourly)
    expect(changes(e).slice(1)).toMatchObject([expect.arrayContaining(['client_secret'])])
    expect(e.problems('a')).toEqual([])
  })

  it('that was removed sends nothing', async () => {
    const e = await connected()
    await e.setTags('a', { [tags.changed]: '', [tags.changedAnnounced]: '' })
    await e.tickAfter(hourly)
    expect(announced(e)).toHaveLength(1)
  })
})

describe('a published secret by another hand', () => {
  it('that shows an older sign-in is not announced in every attempt, while the provider refuses', async () => {
    const e = await connected()
    await e.tickAfter(hourly)
    await e.connect('a')
    expect(announced(e)).toHaveLength(2)
    const { arn: SecretId, versions } = e.secret('connections', 'a')
    const [older] = [...versions.values()].filter(({ labels }) => labels.includes('AWSPREVIOUS'))
    const RemoveFromVersionId = e.current('connections', 'a').versionId
    const move = { SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: older?.id, RemoveFromVersionId }
    await e.aws.send(new UpdateSecretVersionStageCommand(move))
    e.entra.revokeSessions(e.userName)
    for (let hours = 0; hours < 6; hours++) await e.tickAfter(hourly)
    expect(announced(e)).toHaveLength(2)
  })

  it.each([
    ['that does not decode', 'damaged', more('client_id', 'client_secret', 'schema', 'scope', 'token_type')],
    ['with another client secret', { client_secret: 'mistyped' }, more('client_secret')],
  ] as const)('%s is replaced by the next refresh, which is announced', async (_, change, expected) => {
    const e = await connected()
    await e.edit('connections', 'a', change)
    await e.tickAfter(hourly)
    expect(changes(e).slice(1)).toEqual([expected])
    expect(e.problems('a')).toEqual([])
  })
})
