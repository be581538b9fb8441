// The bundles are what runs: from the synthesized assets, in bare processes, under the deployed permissions.

import { randomUUID } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { BareFunction } from '../../local/functions/bare-function.ts'
import { synthesize } from '../../local/functions/synthesized.ts'
import { leaksIn } from './leaks.ts'
import { startRunning } from './running.ts'

const directory = mkdtempSync(join(tmpdir(), 'token-refresher-assembly-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const synthesized = synthesize(directory).functions

const running = async () => {
  const started = await startRunning(synthesized)
  onTestFinished(() => started.stop())
  return started
}

const nothing = { refreshed: 0, published: 0, fresh: 0, failed: {}, left: 0 }

describe('the bundles', () => {
  test('do the main job, and print no secret', async () => {
    const r = await running()
    await r.storeLogin('sales')
    expect(await r.bootstrap({ connection: 'sales' })).toEqual({
      answer: {
        connection: 'sales',
        status: 'healthy',
        mode: 'fresh',
        publish: 'access_token',
        secret: r.stored('connections', 'sales')?.arn,
        account: expect.stringMatching(/@example\.com$/),
        expires_at: r.value('grants', 'sales').expires_at,
        refresh_by: r.value('grants', 'sales').refresh_by,
      },
    })
    expect(r.stored('logins', 'sales')).toBeUndefined()
    expect(await r.refresh({})).toEqual({ answer: { ...nothing, fresh: 1 } })
    const outcomes = [{ connection: 'sales', outcome: 'refreshed' }]
    const answer = { ...nothing, refreshed: 1, outcomes }
    expect(await r.refresh({ connections: ['sales'], force: true })).toEqual({ answer })
    const published = r.value('connections', 'sales')
    expect(published.generation).toBe(2)
    expect(r.entra.isLive(String(published.access_token))).toBe(true)
    expect(r.eventBus.entries.map(({ detailType }) => detailType)).toEqual([
      'Connection Bootstrapped',
      'Connection Published',
    ])

    await r.stop()
    const { refresh, bootstrap } = r.functions
    expect(bootstrap.printed).toContain('"message":"bootstrapped"')
    expect(refresh.printed).toContain('"message":"refreshed"')
    expect(refresh.printed).toContain('"CloudWatchMetrics"')
    const secrets = r.secrets('sales')
    // The login's two, a client secret, and two generations of grant and published secret.
    expect(new Set(secrets).size).toBe(2 + 2 * 2)
    expect(secrets.every((secret) => secret.length >= 12)).toBe(true)
    expect(leaksIn(r.seen('sales'), secrets)).toEqual([])
  })

  test('refuse a login with class, code and remedy, and print no secret', async () => {
    const r = await running()
    const password = randomUUID()
    await r.storeLogin('sales', { password })
    const answer = await r.bootstrap({ connection: 'sales' })
    expect(answer).toMatchObject({ errorType: 'BootstrapRefused' })
    expect(answer).toHaveProperty('errorMessage', expect.stringMatching(/^\w+ AADSTS50126: [A-Z].+\.$/))
    expect(r.stored('logins', 'sales')).toBeUndefined()
    await r.stop()
    expect(r.functions.bootstrap.printed).toContain('AADSTS50126')
    expect(leaksIn(r.seen('sales'), [password, ...r.secrets('sales')])).toEqual([])
  })

  test('say what an event must be when it is something else', async () => {
    const r = await running()
    expect(await r.refresh({ everything: true })).toMatchObject({ errorType: 'TypeError' })
    expect(await r.refresh({})).toEqual({ answer: nothing })
  })

  test('have nothing to look up beside them', async () => {
    const r = await running()
    const require = createRequire(join(r.functions.refresh.directory, 'index.js'))
    for (const name of ['undici', '@aws-sdk/client-secrets-manager', 'valibot']) {
      expect(() => require.resolve(name)).toThrow('Cannot find module')
    }
  })
})

describe('the process of a bundle', () => {
  /** Node.js’s own copy of undici, which the classes of `fetch` load beside the one in the bundle. */
  const ofFetch = 'NativeModule internal/deps/undici/undici'

  test('never loads what fetch is made of', async () => {
    const r = await running()
    await r.storeLogin('sales')
    await r.bootstrap({ connection: 'sales' })
    const asset = mkdtempSync(join(directory, 'telling-'))
    cpSync(join(synthesized.refresh.asset, 'index.js'), join(asset, 'function.js'))
    writeFileSync(
      join(asset, 'index.js'),
      `const { handler } = require('./function.js')
exports.handler = async (event, context) => {
  if (event.fetch) new Response(null)
  const { refreshed } = await handler({ connections: ['sales'], force: true }, context)
  return { refreshed, loaded: process.moduleLoadList.includes(${JSON.stringify(ofFetch)}) }
}
`,
    )
    const telling = await BareFunction.start({ ...r.processes.refresh, asset })
    onTestFinished(() => telling.stop())
    expect(await telling.invoke({})).toEqual({ answer: { refreshed: 1, loaded: false } })
    expect(await telling.invoke({ fetch: true })).toEqual({ answer: { refreshed: 1, loaded: true } })
  })
})

describe.each(['refresh', 'bootstrap'] as const)('the asset of %s', (name) => {
  const { asset } = synthesized[name]

  test('is one file of at most 1 MB', () => {
    expect(readdirSync(asset)).toEqual(['index.js'])
    expect(statSync(join(asset, 'index.js')).size).toBeLessThanOrEqual(1_000_000)
  })

  test('has no source map', () => {
    expect(readFileSync(join(asset, 'index.js'), 'utf8')).not.toMatch(/sourceMappingURL|sourcesContent/)
  })
})

test('a piece of a secret is found wherever it begins', () => {
  const secret = randomUUID()
  expect(leaksIn(`x${secret.slice(7, 19)}y`, [secret])).toEqual([secret.slice(7, 19)])
  expect(leaksIn(`x${secret.slice(7, 18)}y`, [secret])).toEqual([])
  expect(leaksIn('x pass y', ['pass', 'other'])).toEqual(['pass'])
})
