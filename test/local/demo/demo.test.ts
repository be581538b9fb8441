// npm start, run as a user runs it.

import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { realClock } from '../../../local/clock.ts'
import { usage } from '../../../local/demo/options.ts'
import type { YearReport } from '../../../local/demo/report.ts'
import { runYear } from '../../../local/demo/year.ts'
import { type RunningEntra, startEntra } from '../../../local/entra/server.ts'
import { allStories } from '../../simulation/search/bounds.ts'
import { withoutNetwork } from '../../support/without-network.ts'
import { escapeSequence, madeLogin, run, start, startRunning } from './command.ts'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'demo-test-'))
})
afterAll(() => rm(directory, { recursive: true }))

let files = 0
const fileWith = async (content: unknown): Promise<string> => {
  const path = join(directory, `login-${files++}.json`)
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

describe('the picture', () => {
  it('of three days shows strips, timeline, tables and rules, and no colour where there is no terminal', async () => {
    const { code, out, err } = await start(['--days', '3'])
    expect(err).toBe('')
    expect(code).toBe(0)
    expect(out).not.toContain(escapeSequence)
    expect(out).toMatch(/^token-refresher: 3 days on this machine\n/)
    expect(out).toContain('Login: local/demo/login.json. A tick every 5 minutes.')
    for (const name of ['sales-mailbox', 'app-connect', 'by hand']) {
      expect(out).toMatch(new RegExp(`^${name} +█ alive$`, 'm'))
    }
    expect(out).toMatch(/^day +0 {2}00:00 {2}✓ sales-mailbox is bootstrapped$/m)
    expect(out).toMatch(/^│ sales-mailbox │ fresh +│ access_token +│ healthy │ +\d+ │ +\d+ │ +\d+ min ago │$/m)
    expect(out).toMatch(/^│ app-connect +│ keep-alive │ connection_values │ healthy │/m)
    expect(out).toMatch(/3 reads, 0 refused\.$/m)
    expect(out.match(/^✓ I\d .* checks$/gm)).toHaveLength(9)
    expect(out).toMatch(/^Every rule held\.\n3 days, 864 ticks /m)
  })

  it('names the login file that was given', async () => {
    const file = await fileWith(madeLogin())
    const { code, out } = await start(['--days', '1', '--login', file])
    expect(code).toBe(0)
    expect(out).toContain(`Login: ${file}.`)
  })

  // picocolors paints wherever CI is set.
  it('has no colour in a pipe on a build server either', async () => {
    const { out } = await start(['--days', '1'], { environment: { CI: 'true' } })
    expect(out).not.toContain(escapeSequence)
  })

  it.skipIf(!existsSync('/usr/bin/script'))('has colour and a progress bar on a terminal', async () => {
    const command = 'node_modules/.bin/node local/demo/main.ts --days 10'
    const { out } = await run('/usr/bin/script', ['-qec', command, '/dev/null'], { environment: { TERM: 'xterm' } })
      .ended
    expect(out).toContain(`${escapeSequence}32m`)
    expect(out).toMatch(/[█░]+ day \d+ of 10 {3}[\d,]+ refreshes/)
    expect(out).toContain('Every rule held.')
  })

  it('is what npm start prints', async () => {
    const { code, out } = await run('npm', ['start', '--silent', '--', '--days', '1']).ended
    expect(code).toBe(0)
    expect(out).toMatch(/^token-refresher: a day on this machine\n/)
    expect(out).toContain('Every rule held.')
  })
})

describe('--json', () => {
  it('is data and nothing else', async () => {
    const login = madeLogin()
    const { code, out, err } = await start(['--days', '3', '--json', '--login', await fileWith(login)])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(JSON.parse(out)).toMatchObject({ days: 3, ticks: 3 * 288, held: true })
    expect([login.password, login.client_secret].filter((secret) => out.includes(secret))).toEqual([])
  })
})

/** In CI as a user runs it; elsewhere in this process, and without a network to the embedded Secrets Manager, in a third of the time. */
const reportOf = async (login: object, days: number): Promise<YearReport> => {
  if (!allStories) return runYear({ loginText: JSON.stringify(login), days, reach: withoutNetwork })
  const arguments_ = ['--days', String(days), '--json', '--login', await fileWith(login)]
  const { out } = await start(arguments_, { killAfterSeconds: 220 })
  return JSON.parse(out)
}

describe('95 days', () => {
  it('hold every rule, and the control dies on day 90', { timeout: 240_000 }, async () => {
    const report = await reportOf(madeLogin(), 95)
    expect(report.rules.map(({ rule }) => rule)).toEqual(['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9'])
    for (const rule of report.rules)
      expect(rule).toMatchObject({ violations: [], checks: expect.toSatisfy(isPositive) })
    expect(report).toMatchObject({ days: 95, everyMinutes: 5, ticks: 95 * 288, held: true })
    expect(report.control).toMatchObject({
      diedOnDay: 90,
      strip: [...Array.from({ length: 18 }, () => 'alive'), 'dead'],
    })
    expect(report.connections).toMatchObject([
      { connection: 'sales-mailbox', mode: 'fresh', publish: 'access_token', status: 'healthy' },
      { connection: 'app-connect', mode: 'keep-alive', publish: 'connection_values', status: 'healthy' },
    ])
    expect(report.connections.flatMap(({ strip }) => strip)).not.toContain('dead')
    expect(report.readers).toMatchObject([{ connection: 'sales-mailbox', reads: 95, refusedReads: 0 }])
    expect(report.readers[0]?.lowestValidityMinutes).toBeGreaterThanOrEqual(15)
    expect(report.tokenRequests.password).toBe(3)
    const told = report.timeline.filter(({ kind }) => kind !== 'note').map(({ day, text }) => `${day} ${text}`)
    expect(told).toContain('90 control: the refresh token has died of disuse (invalid_grant AADSTS700082)')
    expect(told).toContainEqual(expect.stringMatching(/^30 sales-mailbox is retrying: throttled /))
    expect(told).toContainEqual(expect.stringMatching(/^61 the refresher dies between redeeming and storing/))
  })
})

const isPositive = (checks: number): boolean => checks > 0

describe('the arguments', () => {
  it('--help prints the usage', async () => {
    expect(await start(['--help'])).toEqual({ code: 0, out: usage, err: '' })
  })

  it.each([
    [['--days', '0'], '--days is "0" and must be a whole number from 1 to 3650'],
    [['--days', '3651'], '--days is "3651" and must be a whole number from 1 to 3650'],
    [['--day', '3'], "Unknown option '--day'"],
    [['--login'], "Option '--login <value>' argument missing"],
    [['--json=yes'], "Option '--json' does not take an argument"],
    [['now'], "Unexpected argument 'now'"],
  ])('%j is wrong usage: it is reported what is wrong, and the usage', async (arguments_, message) => {
    const { code, out, err } = await start(arguments_)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err.startsWith(message)).toBe(true)
    expect(err.endsWith(`\n\n${usage}`)).toBe(true)
  })
})

const { password: _, ...withoutPassword } = madeLogin()
const { client_id: __, ...withoutClientId } = madeLogin()
const { client_secret: ___, ...withoutClientSecret } = madeLogin()
const cut = JSON.stringify(madeLogin()).slice(0, -1)

describe('a login file', () => {
  it.each([
    ['is not JSON', cut, 'the login is not JSON: check its quotes, commas and braces'],
    ['is a list', [madeLogin()], 'the login is not a JSON object: it must begin with { and end with }'],
    ['lacks the password', withoutPassword, 'the login: "password" is missing'],
    ['lacks the client', withoutClientId, 'the login: "client_id" is missing'],
    ['lacks the client secret', withoutClientSecret, 'the login needs "client_secret" and a password'],
    [
      'has a password that begins with a blank',
      { ...madeLogin(), password: ` ${madeLogin().password}` },
      'the login: "password" must not begin or end with a blank: Microsoft Entra refuses such passwords',
    ],
    [
      'names another host',
      { ...madeLogin(), token_endpoint: 'https://idp.example.com/token' },
      'the embedded stack plays Microsoft Entra, not idp.example.com: use --live to ask the real one',
    ],
    [
      'names a host without TLS',
      { ...madeLogin(), token_endpoint: 'http://127.0.0.1:1/token' },
      'the login: "token_endpoint" must start with https://',
    ],
  ])('that %s is refused, with the reason and no secret', async (_, content, message) => {
    const { code, out, err } = await start(['--login', await fileWith(content), '--json'])
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(/^npm start failed with login file .+: .+\n$/)
    expect(err).toContain(message)
    expect(err).not.toMatch(/password-|client-secret-/)
  })

  it('that is not there is named', async () => {
    const file = join(directory, 'nowhere.json')
    const { code, out, err } = await start(['--login', file])
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(/^npm start failed with login file .*: there is no such file/)
    expect(err).toContain(file)
  })

  it('that is not JSON is named', async () => {
    const file = await fileWith(cut)
    expect((await start(['--json', '--login', file])).err).toContain(file)
  })

  it('that is a directory is named', async () => {
    expect((await start(['--login', directory])).err).toContain(directory)
  })

  // The stack that has been started is not closed, so the process does not end.
  it('whose user name has no domain ends the run', async () => {
    const file = await fileWith({ ...madeLogin(), userName: 'anna' })
    const { code } = await start(['--days', '1', '--login', file], { killAfterSeconds: 6 })
    expect(code).not.toBeNull()
  })

  // The login is decoded with the mark taken off, and then parsed again with it on.
  it('that begins with a byte order mark is read', async () => {
    const file = await fileWith(`\uFEFF${JSON.stringify(madeLogin())}`)
    expect((await start(['--days', '1', '--login', file])).code).toBe(0)
  })
})

const noServer = `
  import { Server } from 'node:net'
  Server.prototype.listen = () => { console.error('a server was started'); process.exit(7) }`

describe('--live', () => {
  let provider: RunningEntra
  beforeAll(async () => {
    provider = await startEntra({ clock: realClock })
  })
  afterAll(() => provider.close())

  /** A login at a provider that is not the demonstration's own. */
  const liveLogin = () => {
    const { entra, url } = provider
    const tenant = entra.addTenant({ domains: [`${madeLogin().client_id}.example`] })
    const { clientId } = entra.addClient({ tenantId: tenant.id })
    const user = entra.addUser({ tenantId: tenant.id, userName: `anna@${tenant.domains[0]}` })
    return {
      ...madeLogin(),
      token_endpoint: `${url}/${tenant.id}/oauth2/v2.0/token`,
      client_id: clientId,
      client_secret: entra.addClientSecret(clientId).value,
      userName: user.userName,
      password: user.password,
    }
  }

  it('asks the provider that the login names, and goes on until Ctrl-C', async () => {
    const login = liveLogin()
    const running = startRunning(['--live', '--login', await fileWith(login)])
    await running.printed('A tick every 5 minutes; Ctrl-C stops.')
    // It prints this a moment before it listens for Ctrl-C.
    await setTimeout(500)
    running.interrupt()
    const { code, out, err } = await running.ended
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/"connection": "live",\n {2}"status": "healthy"/)
    expect([login.password, login.client_secret].filter((secret) => out.includes(secret))).toEqual([])
  })

  it('starts no server, so that nothing but its own process can ask for a token', async () => {
    const running = startRunning(['--live', '--login', await fileWith(liveLogin())], {
      environment: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(noServer)}` },
    })
    await running.printed('A tick every 5 minutes; Ctrl-C stops.')
    await setTimeout(500)
    running.interrupt()
    expect((await running.ended).err).toBe('')
  })

  it('says what the provider refused, and no secret', async () => {
    const login = { ...liveLogin(), password: madeLogin().password }
    const { code, out, err } = await start(['--live', '--login', await fileWith(login)])
    expect(code).toBe(1)
    expect(err).toMatch(/^npm start failed with login file .+: account AADSTS50126: Check user name and password/m)
    expect([login.password, login.client_secret].filter((secret) => (out + err).includes(secret))).toEqual([])
  })
})
