// `bootstrap` as a person meets it: questions, refusals, Ctrl-C, and no login left behind.

import { randomUUID } from 'node:crypto'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CreateSecretCommand, DeleteSecretCommand } from '@aws-sdk/client-secrets-manager'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { withFields } from '../../local/entra/on-demand.ts'
import { keys, onTerminal, run, runJson, type Session } from './support/command.ts'
import { startCommandStack } from './support/stack.ts'

const stack = await startCommandStack()

/** The known client, with the endpoint that it is stored with. */
const known = () => ['--client-id', stack.clientId, '--token-endpoint', stack.tokenEndpoint] as const

/** An app registration that is not stored yet. */
const another = randomUUID()

/** No login may be left over after any outcome. */
const noLoginLeft = (): void => expect(stack.logins()).toEqual([])

describe('on a terminal', () => {
  it('asks for what a first login needs, never shows a secret, and says what came of it', async () => {
    const user = stack.addUser()
    const session = onTerminal(stack, ['bootstrap', 'first', '--token-endpoint', stack.tokenEndpoint])
    await session.answer('Application (client) id', stack.clientId)
    await session.answer('Client secret (its value', stack.clientSecret)
    await session.answer('expires on', '2030-01-31')
    await session.answer('Scope', 'Mail.ReadWrite')
    await session.answer('User name', user.userName)
    await session.until(`Password for ${user.userName} at ${new URL(stack.tokenEndpoint).host}`)
    session.type(keys.reveal)
    await session.answer(`Password for ${user.userName} at ${new URL(stack.tokenEndpoint).host}`, user.password)
    expect(await session.ended).toBe(0)
    expect(session.screen()).not.toContain('visibility')
    expect(session.screen()).toContain('✓ first is healthy, and is refreshed by itself from now on.')
    expect(session.screen()).toContain('Apps read      token-refresher/connections/first')
    expect(session.screen()).toContain('Published      access token')
    expect(session.screen()).toMatch(/Access token {3}expires in \d+ min .*, and is replaced before/)
    for (const secret of [stack.clientSecret, user.password]) expect(session.written()).not.toContain(secret)
    noLoginLeft()
  })

  it('asks whether its endpoint is right, user name and password, for a second mailbox of a known client', async () => {
    const user = stack.addUser()
    const session = onTerminal(stack, ['bootstrap', 'second'])
    await session.answer('App registration', '')
    await session.answer(`Send this login to ${stack.tokenEndpoint}?`, 'y')
    await session.answer('User name', user.userName)
    await session.answer(`Password for ${user.userName} at ${new URL(stack.tokenEndpoint).host}`, user.password)
    expect(await session.ended).toBe(0)
    expect(session.screen()).not.toMatch(/Client secret|Scope|tenant/)
    noLoginLeft()
  })

  it('asks which client and endpoint it is, user name and password, for a connection that is there', async () => {
    const user = stack.addUser()
    const session = onTerminal(stack, ['bootstrap', 'second', '--yes', '--another-account'])
    await session.until(`${stack.clientId} (of this connection)`)
    await session.answer('App registration', '')
    await session.answer(`Send this login to ${stack.tokenEndpoint}?`, 'y')
    await session.answer('User name', user.userName)
    await session.answer(`Password for ${user.userName} at ${new URL(stack.tokenEndpoint).host}`, user.password)
    expect(await session.ended).toBe(0)
    expect(session.screen()).not.toMatch(/Client secret|Scope|tenant/)
    noLoginLeft()
  })

  it('does not take the id of a client secret for its value, nor an expiry that is none', async () => {
    const session = onTerminal(stack, ['bootstrap', 'third', '--client-id', randomUUID(), '--tenant', 'example.com'])
    await session.answer('Client secret (its value', '0b1c2d3e-1111-4222-8333-444455556666')
    await session.until('That is the id of a client secret')
    session.type('\u0015')
    await session.answer('Client secret (its value', 'something-else')
    await session.answer('expires on', 'tomorrow')
    await session.until('must be an ISO 8601 time')
    session.type(keys.interrupt)
    expect(await session.ended).toBe(130)
    noLoginLeft()
  })

  it('warns before it replaces a healthy connection, and leaves it alone when told no', async () => {
    await stack.connect('healthy')
    const session = onTerminal(stack, ['bootstrap', 'healthy'])
    await session.answer(/healthy is healthy, as \S+@example\.com\. Replace it by a new sign-in\?/, 'n')
    expect(await session.ended).toBe(1)
    expect(session.screen()).toContain('nothing was changed')
  })

  it('offers another try when something passing was in the way', async () => {
    const user = stack.addUser()
    stack.entra.answerWith({ code: 50000, times: 1, when: { grantType: 'password' } })
    const session = onTerminal(stack, ['bootstrap', 'retried', ...known(), '--username', user.userName])
    await session.answer(`Password for ${user.userName} at ${new URL(stack.tokenEndpoint).host}`, user.password)
    await session.until('Try again now?')
    // Nothing is kept: it is taken back, and handed over again.
    expect(session.screen()).not.toContain('is kept')
    noLoginLeft()
    session.type(`y${keys.enter}`)
    expect(await session.ended).toBe(0)
    noLoginLeft()
  })
})

describe('Ctrl-C', () => {
  // So that its client is known.
  beforeAll(() => stack.connect('earlier'))

  interface Dialog {
    readonly args: readonly string[]
    /** Questions in their order, with what is answered to get to the next. */
    readonly questions: readonly (readonly [question: string, answer: string])[]
  }

  const dialogs: readonly Dialog[] = [
    {
      args: ['a'],
      questions: [
        ['App registration', ''],
        ['Send this login to', 'y'],
        ['User name', 'sales@example.com'],
        ['Password for sales@example.com at', ''],
      ],
    },
    {
      args: ['a', '--client-id', another],
      questions: [
        ['Microsoft tenant', 'example.com'],
        ['Client secret (its value', 'a-value'],
        ['expires on', ''],
        ['Scope', ''],
      ],
    },
    { args: ['earlier'], questions: [['Replace it by a new sign-in?', '']] },
    {
      args: ['a', '--client-id', another, '--auth-method', 'none', '--tenant', 'x.com', '--scope', 's', '--import'],
      questions: [['Refresh token', '']],
    },
  ]
  const moments = dialogs.flatMap(({ args, questions }) =>
    questions.map(([question], index) => ({ question, args, before: questions.slice(0, index) })),
  )

  it.each(moments)('at the question "$question" leaves nothing', async ({ question, args, before }) => {
    const session = onTerminal(stack, ['bootstrap', ...args])
    for (const [asked, answer] of before) await session.answer(asked, answer)
    await session.until(question)
    session.type(keys.interrupt)
    expect(await session.ended).toBe(130)
    noLoginLeft()
  })

  /** Up to the moment where the login is handed over. */
  const handingOver = async () => {
    const user = stack.addUser()
    const given = [...known(), '--username', user.userName]
    const session = onTerminal(stack, ['bootstrap', 'interrupted', ...given])
    await session.answer(`Password for ${user.userName} at ${new URL(stack.tokenEndpoint).host}`, user.password)
    await session.until('Bootstrapping interrupted')
    return session
  }

  it.each([
    ['before it has arrived', 'delay'],
    ['when it is there and the answer is on its way', 'lose-answer'],
  ] as const)('while the login is written, %s, leaves none', async (_, kind) => {
    const asked = Promise.withResolvers<void>()
    const written = () => stack.secretsManager.calls.get('CreateSecret') ?? 0
    const before = written()
    stack.faults.aws = ({ headers }) => {
      if (headers['x-amz-target'] !== 'secretsmanager.CreateSecret') return undefined
      asked.resolve()
      return kind === 'delay' ? { kind, milliseconds: 1500 } : { kind }
    }
    onTestFinished(() => {
      stack.faults.aws = undefined
    })
    const session = await handingOver()
    await asked.promise
    session.type(keys.interrupt)
    expect(await session.ended).toBe(130)
    await expect.poll(written, { timeout: 10_000 }).toBeGreaterThan(before)
    noLoginLeft()
    expect(stack.names('grants', 'interrupted')).toEqual([])
  })

  it.each([
    ['Ctrl-C', (session: Session) => session.type(keys.interrupt)],
    ['a closed terminal', (session: Session) => session.hangUp()],
  ])('while the function is at work, by %s, takes the login back', async (_, stop) => {
    const asked = Promise.withResolvers<void>()
    stack.faults.entra = () => {
      asked.resolve()
      return { kind: 'delay', milliseconds: 3000 }
    }
    onTestFinished(() => {
      stack.faults.entra = undefined
    })
    const session = await handingOver()
    await asked.promise
    expect(stack.logins()).toHaveLength(1)
    stop(session)
    expect(await session.ended).toBe(130)
    noLoginLeft()
    expect(session.screen()).toContain('token-refresher-bootstrap was started and continues by itself.')
  })

  it('while standard input is read ends it', async () => {
    const session = onTerminal(stack, ['bootstrap', 'interrupted', '--from-file', '-'])
    await session.until('Reading from the terminal, where the text is visible; Ctrl-D ends it.')
    session.type(`{${keys.interrupt}`)
    expect(await session.ended).toBe(130)
    expect(session.screen()).toContain('Stopped.')
  })
})

describe('in a script', () => {
  it('takes a whole login from standard input, and prints one document', async () => {
    const stdin = JSON.stringify(stack.login(stack.addUser()))
    const { status, json } = await runJson(stack, ['bootstrap', 'piped', '--from-file', '-'], { stdin })
    expect(status).toBe(0)
    expect(json).toMatchObject({
      connection: 'piped',
      status: 'healthy',
      secret: expect.stringContaining('connections/piped'),
    })
    noLoginLeft()
  })

  it('says what was not granted, and when the provider ends the grant', async () => {
    const { userName, password } = stack.addUser()
    const file = join(stack.directory, 'ending.json')
    writeFileSync(file, JSON.stringify({ password, scope: 'Mail.Read Mail.Send', grant_ends_after_days: 7 }))
    stack.entra.shapeNext(withFields({ scope: 'Mail.Read' }))
    const args = ['bootstrap', 'ending', '--from-file', file, ...known(), '--username', userName]
    const { status, stdout } = await run(stack, args)
    expect(status).toBe(0)
    expect(stdout).toMatch(/^Grant {10}ends in (6|7) days \(.*Z\), also when it is used$/m)
    expect(stdout).toMatch(/^Not granted {4}Mail\.Send: was asked for/m)
    const { stdout: shown } = await run(stack, ['status', 'ending'])
    expect(shown).toMatch(/^Grant +ends in (6|7) days/m)
    expect(shown).toMatch(/^Not granted +Mail\.Send$/m)
    noLoginLeft()
  })

  it('completes a login from a file with options', async () => {
    const { userName, password } = stack.addUser()
    const file = join(stack.directory, 'part.json')
    writeFileSync(file, JSON.stringify({ password }))
    const args = ['bootstrap', 'in-part', '--from-file', file, ...known(), '--username', userName]
    const { status, stdout } = await run(stack, [...args, '--publish', 'connection_values', '--mode', 'keep-alive'])
    expect(status).toBe(0)
    expect(stdout).toContain(
      'Published      connection values: client id, client secret, access token and refresh token',
    )
    expect(stdout).toContain('not replaced before: the mode is keep-alive')
    noLoginLeft()
  })

  it('refuses a sign-in as another account, and leaves the connection as it is', async () => {
    await stack.connect('guarded')
    const stdin = JSON.stringify(stack.login(stack.addUser()))
    const args = ['bootstrap', 'guarded', '--yes', '--from-file', '-']
    const { status, stderr } = await run(stack, args, { stdin })
    expect(status).toBe(3)
    expect(stderr).toContain('account other_account')
    expect(stderr).toMatch(/\(signed in as \S+@example\.com\)/)
    expect(stderr).toContain('token-refresher bootstrap guarded --another-account')
    expect((await runJson(stack, ['status', 'guarded'])).json).toMatchObject({ status: 'healthy' })
    noLoginLeft()
  })

  it('keeps the mode of the connection that it replaces, and what apps read', async () => {
    await stack.connect('kept-alive', { mode: 'keep-alive', publish: 'connection_values' })
    const stdin = JSON.stringify(stack.login(stack.addUser()))
    const args = ['bootstrap', 'kept-alive', '--yes', '--another-account', '--from-file', '-']
    const { status, stdout, stderr } = await run(stack, args, { stdin })
    expect(status).toBe(0)
    expect(stderr).toMatch(/kept-alive is healthy, as \S+; this bootstrap takes its place\./)
    expect(stdout).toContain('Published      connection values')
    expect((await runJson(stack, ['status', 'kept-alive'])).json.mode).toBe('keep-alive')
  })

  it.each([
    ['--issuer', 'http://idp.example.com'],
    ['--issuer', 'idp.example.com'],
    ['--authorization-endpoint', 'http://idp.example.com/authorize'],
    ['--device-authorization-endpoint', 'ftp://idp.example.com/device'],
  ])('asks no one at %s %s, where anyone could answer', async (option, address) => {
    const { status, stderr } = await run(stack, ['bootstrap', 'a', '--browser', option, address])
    expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringContaining(`${option} must `) })
  })

  it.each([
    ['a missing password', { userName: 'sales@example.com' }, 'cannot be asked: standard input is not a terminal'],
    ['an unknown key', { password: 'p', colour: 'red' }, 'standard input: key 6 of 6 is not a known key'],
    ['a mistyped key', { pasword: 'p' }, 'standard input: key 5 of 5 is not a known key; did you mean "password"?'],
    [
      'two user names',
      { userName: 'a@example.com', username: 'b@example.com', password: ' p' },
      'must not begin or end with a blank',
    ],
  ])('refuses %s before anything is written', async (_, change, message) => {
    const { userName: __, password: ___, ...login } = stack.login(stack.addUser())
    const stdin = JSON.stringify({ ...login, ...change })
    const { status, stderr, stdout } = await run(stack, ['bootstrap', 'refused', '--from-file', '-'], { stdin })
    expect(status).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain(message)
    noLoginLeft()
  })

  it('shows no key of a login that may be a secret', async () => {
    const { password = '', ...login } = stack.login(stack.addUser())
    const stdin = JSON.stringify({ [password]: 'password', ...login })
    for (const args of [['--json'], []]) {
      const ended = await run(stack, ['bootstrap', 'refused', '--from-file', '-', ...args], { stdin })
      expect(ended).toMatchObject({ status: 2, stderr: expect.stringContaining('key 1 of 6 is not a known key') })
      expect(`${ended.stdout}${ended.stderr}`).not.toContain(password)
    }
    noLoginLeft()
  })

  it.each([0o644, 0o640, 0o604, 0o660, 0o666, 0o620, 0o755])(
    'warns of a login in a file with mode %o',
    async (mode) => {
      const file = join(stack.directory, 'open.json')
      writeFileSync(file, '{}')
      chmodSync(file, mode)
      const args = ['bootstrap', 'warned', '--client-id', another, '--from-file', file]
      const { stderr } = await run(stack, args)
      const warning = `Other users of this machine may open ${file} (its mode is ${mode.toString(8)}). Run: chmod 600 ${file}\n`
      expect(stderr).toContain(warning)
      chmodSync(file, 0o600)
      expect((await run(stack, args)).stderr).not.toContain('Other users')
      chmodSync(file, 0o400)
      expect((await run(stack, args)).stderr).not.toContain('Other users')
    },
  )

  it('warns of a client secret in such a file, and of no pipe', async () => {
    const file = join(stack.directory, 'open-secret')
    writeFileSync(file, '', { mode: 0o644 })
    await stack.connect('of-client')
    const args = ['client', 'set-secret', stack.clientId, '--from-file']
    expect((await run(stack, [...args, file])).stderr).toContain(`may open ${file} (its mode is 644)`)
    expect((await run(stack, [...args, '/dev/stdin'])).stderr).not.toContain('Other users')
    expect((await run(stack, [...args, '-'])).stderr).not.toContain('Other users')
  })

  it.each([
    ['not JSON', 'password: secret', 'standard input is not JSON'],
    ['a list', '[]', 'standard input is not a JSON object'],
  ])('says of %s what is wrong and repeats nothing of it', async (_, stdin, message) => {
    const { status, stderr } = await run(stack, ['bootstrap', 'refused', '--from-file', '-'], { stdin })
    expect(status).toBe(2)
    expect(stderr).toContain(message)
    expect(stderr).not.toContain('secret')
  })

  it('takes over a refresh token', async () => {
    const { client_id, client_secret, scope, token_endpoint, userName, password } = stack.login(stack.addUser())
    const form = new URLSearchParams({
      client_id: client_id ?? '',
      client_secret: client_secret ?? '',
      scope: scope ?? '',
      grant_type: 'password',
      username: userName ?? '',
      password: password ?? '',
    })
    const response = await fetch(token_endpoint ?? '', { method: 'POST', body: form })
    const { refresh_token } = (await response.json()) as { refresh_token: string }
    const stdin = JSON.stringify({ refresh_token })
    const args = ['bootstrap', 'imported', '--import', ...known(), '--from-file', '-']
    expect(await run(stack, args, { stdin })).toMatchObject({ status: 0 })
    noLoginLeft()
  })

  it('leaves a login alone that another process may be using, and tells of it', async () => {
    const { aws } = stack
    const SecretId = 'token-refresher/logins/left'
    await aws.send(new CreateSecretCommand({ Name: SecretId, SecretString: '{}' }))
    onTestFinished(() => void aws.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true })))
    const stdin = JSON.stringify(stack.login(stack.addUser()))
    const { status, stderr } = await run(stack, ['bootstrap', 'left', '--from-file', '-'], { stdin })
    expect(status).toBe(0)
    expect(stderr).toContain(`Another login of left is stored in ${SecretId}`)
    expect(stderr).toContain(`delete-secret --force-delete-without-recovery --secret-id ${SecretId}`)
    expect(stack.logins()).toEqual([SecretId])
  })
})

describe('with a device code', () => {
  it('shows code, address and a warning, and ends when the person has signed in', async () => {
    const { clientId } = stack.entra.addClient({ tenantId: stack.tenantId, multiTenant: true, publicClient: true })
    const user = stack.addUser()
    const args = ['bootstrap', 'device', '--device-code', '--client-id', clientId, '--auth-method', 'none']
    const session = onTerminal(stack, [
      ...args,
      '--token-endpoint',
      stack.tokenEndpoint,
      '--scope',
      'Mail.ReadWrite offline_access',
    ])
    await session.until('Block device code flow')
    await session.until(/and type [A-Z0-9]{9}/)
    const [, address = '', code = ''] = /Open (\S+) and type ([A-Z0-9]{9})/.exec(session.screen()) ?? []
    const body = new URLSearchParams({ user_code: code, username: user.userName, password: user.password })
    await fetch(address, { method: 'POST', body })
    expect(await session.ended).toBe(0)
    expect(session.screen()).toContain('✓ device is healthy')
    noLoginLeft()
  })

  it('says in words that no device code is to be had', async () => {
    const args = [
      'bootstrap',
      'no-code',
      '--device-code',
      '--client-id',
      randomUUID(),
      '--auth-method',
      'none',
      '--scope',
      's',
    ]
    const nowhere = 'http://127.0.0.1:1/organizations/oauth2/v2.0'
    const { status, stderr } = await run(stack, [...args, '--token-endpoint', `${nowhere}/token`])
    expect(status).toBe(1)
    expect(stderr).toContain(`${nowhere}/devicecode gave no device code`)
  })

  it('cannot be asked for together with a browser', async () => {
    const { status, stderr } = await run(stack, ['bootstrap', 'both', '--device-code', '--browser'])
    expect(status).toBe(2)
    expect(stderr).toContain("option '--device-code' cannot be used with option '--browser'")
  })
})
