// What others have written is shown as text: it moves no cursor, sets no title, turns no letters around, hides nothing.

import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { makeColors } from '../../cli/terminal/colors.ts'
import { heightOf } from '../../cli/terminal/fit.ts'
import { makePlain, plain, printable, printableJson } from '../../cli/terminal/printable.ts'
import { table } from '../../cli/terminal/table.ts'
import { keys, onTerminal, run, type Session } from './support/command.ts'
import { startCommandStack } from './support/stack.ts'

const code = (point: number): string => String.fromCodePoint(point)
const range = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => code(from + index))

const dangerous = [
  ...range(0x00, 0x1f),
  ...range(0x7f, 0x9f),
  ...range(0x200b, 0x200f),
  ...range(0x2028, 0x202e),
  ...range(0x2060, 0x206f),
  ...['\u00ad', '\u034f', '\u061c', '\u180e', '\ufeff', '\u3164', '\ud800', '\udfff', code(0xe0001), code(0xe007f)],
]
const isDangerous = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/u

describe('a text', () => {
  it.each(dangerous.map((one) => [`U+${one.codePointAt(0)?.toString(16)}`, one]))('has no %s', (_, one) => {
    expect(plain(`a${one}b`)).toMatch(/^a[ \ufffd]b$/)
    if (one !== '\n') expect(printable(`a${one}b`)).toBe('a\ufffdb')
    expect(printableJson({ [`a${one}`]: `b${one}` }).replaceAll('\n', '')).not.toMatch(isDangerous)
    expect(JSON.parse(printableJson({ [`a${one}`]: `b${one}` }))).toEqual({ [`a${one}`]: `b${one}` })
  })

  it('keeps letters of every script, and the lines and colours of the command', () => {
    const text = 'Zoë, Ærø, 東京, Київ, €, 👍 – … ✓'
    expect(plain(text)).toBe(text)
    const { red, bold } = makeColors(true)
    expect(printable(`${text}\n${red(`a ${bold('b')} c`)}\n`)).toBe(
      `${text}\n\u001b[31ma \u001b[1mb\u001b[22m c\u001b[39m\n`,
    )
    expect(makeColors(false).red('a')).toBe('a')
  })

  it.each(['\u001b[2J', '\u001b[31m', '\u001b[31;1m', '\u001b[31;1000;1000;1000;1000m', '\u001b]0;t\u0007', '\u001bc'])(
    'has no sequence %j of its own, in a colour of the command either',
    (sequence) => {
      expect(printable(`a${sequence}b`)).not.toMatch(isDangerous)
      const painted = printable(makeColors(true).green(`a${sequence}b`))
      expect(painted).toMatch(/^\p{Cc}\[32ma\P{Cc}*b\p{Cc}\[39m$/u)
    },
  )

  it('in a colour is as wide as without', () => {
    const { dim } = makeColors(true)
    const [head, row] = table(['A', 'B'], [[dim('wide word'), dim('x')]]).split('\n')
    expect([head, printable(row ?? '')]).toEqual(['A          B', '\u001b[2mwide word\u001b[22m  \u001b[2mx\u001b[22m'])
    expect(heightOf(dim('x'.repeat(80)), 80)).toBe(1)
  })

  it('of an answer is made plain however deep it lies, and dates and bytes stay', () => {
    const bytes = new Uint8Array([0, 27])
    const value = { a: '\u001b', list: [{ b: '\u202e' }, '\u0000'], date: new Date(0), bytes, none: null, count: 1 }
    makePlain(value)
    expect(value).toEqual({
      a: '\ufffd',
      list: [{ b: '\ufffd' }, '\ufffd'],
      date: new Date(0),
      bytes: new Uint8Array([0, 27]),
      none: null,
      count: 1,
    })
  })
})

/** A title, a colour, a cleared screen, letters turned around, hidden ones, and a line of its own. */
const hostile = 'x\u001b]0;owned\u0007\u001b[31m\u009b2J\u007f\u202e\u200b\r\nfake: all is well'

const stack = await startCommandStack()
afterEach(() => {
  stack.faults.aws = undefined
})

/** What stands where the hostile text was. */
const shown = 'x\ufffd]0;owned'

const expectPlain = ({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): void => {
  const text = `${stdout}${stderr}`
  expect(text).toContain(shown)
  expect(text.replaceAll('\n', '')).not.toMatch(isDangerous)
  expect(text).not.toMatch(/^fake/m)
}

/** AWS answers this operation so. */
const answer = (operation: string, body: unknown, { status = 200, xml = false } = {}): void => {
  const before = stack.faults.aws
  stack.faults.aws = (request) => {
    const target = request.headers['x-amz-target'] ?? `${request.method} ${request.path} ${request.body}`
    if (!target.includes(operation)) return before?.(request)
    const type = xml ? 'text/xml' : 'application/x-amz-json-1.1'
    const headers = { 'content-type': type }
    return { kind: 'answer', answer: { status, headers, body: xml ? String(body) : JSON.stringify(body) } }
  }
}

const secret = (room: string, tags: Record<string, string> = {}) => ({
  ARN: `arn:aws:secretsmanager:eu-central-1:123456789012:secret:${hostile}`,
  Name: `token-refresher/${room}/${hostile}`,
  Tags: Object.entries(tags).map(([key, Value]) => ({ Key: `token-refresher:${key}`, Value })),
  SecretVersionsToStages: { [hostile]: ['AWSCURRENT'] },
  VersionIdsToStages: { [hostile]: ['AWSCURRENT'] },
})
const hostileTags = {
  client: hostile,
  'token-endpoint': hostile,
  'auth-method': hostile,
  mode: hostile,
  scope: hostile,
}
const grant = () => secret('grants', hostileTags)

describe('what AWS says is shown as text by', () => {
  it.each([[['status']], [['status', '--json']], [['client', 'list']], [['client', 'list', '--json']]])(
    '%s',
    async (args) => {
      answer('ListSecrets', { SecretList: [grant(), secret('clients', hostileTags)] })
      const ended = await run(stack, args)
      expect(ended.status).toBe(0)
      expectPlain(ended)
    },
  )

  it('status of one', async () => {
    answer('DescribeSecret', grant())
    answer('ListSecretVersionIds', { Versions: [{ VersionId: hostile, VersionStages: [hostile], CreatedDate: 0 }] })
    expectPlain(await run(stack, ['status', 'sales-mailbox']))
  })

  it('the nearest name of a connection that is not there, and that of a client', async () => {
    answer('ListSecrets', { SecretList: [grant(), secret('clients')] })
    expectPlain(await run(stack, ['status', 'x']))
    expectPlain(await run(stack, ['client', 'show', 'x']))
  })

  it('doctor', async () => {
    const xml = hostile.replaceAll(/\p{Cc}/gu, ' ').replace('x ', 'x&#155;')
    answer('ListSecrets', { SecretList: [secret('logins')] })
    answer('DescribeAlarms', {
      MetricAlarms: [
        {
          AlarmName: `token-refresher-${hostile}`,
          StateValue: 'ALARM',
          AlarmDescription: `What to do: \u202e${hostile}`,
          AlarmActions: [`arn:aws:sns:eu-central-1:123456789012:${hostile}`],
        },
      ],
    })
    answer('FilterLogEvents', {
      events: [
        { timestamp: Date.now(), message: JSON.stringify({ level: 'ERROR', errorType: hostile, requestId: 'r' }) },
      ],
    })
    answer(
      'ListSubscriptionsByTopic',
      `<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions><member>
       <SubscriptionArn>PendingConfirmation</SubscriptionArn><Endpoint>${xml}</Endpoint></member></Subscriptions>
       </ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`,
      { xml: true },
    )
    const ended = await run(stack, ['doctor'])
    expectPlain(ended)
    expect(ended.stdout.match(/owned/g)?.length).toBeGreaterThan(3)
  })

  it('an error that AWS words', async () => {
    const message = `User: ${hostile} is not authorized to perform: secretsmanager:ListSecrets on resource: ${hostile}`
    answer('ListSecrets', { __type: 'AccessDeniedException', message }, { status: 400 })
    expectPlain(await run(stack, ['status']))
    answer('ListSecrets', { __type: 'InvalidParameterException', message: `${hostile}\nsecond line` }, { status: 400 })
    expectPlain(await run(stack, ['status']))
    expectPlain(await run(stack, ['status', '--json']))
  })

  it('what a function has thrown, in its words or in others', async () => {
    await stack.pretend('sales-mailbox')
    for (const errorMessage of [`policy ${hostile}`, `request AADSTS1: ${hostile}`, hostile]) {
      stack.faults.aws = ({ path }) =>
        path.includes('invocations')
          ? {
              kind: 'answer',
              answer: {
                status: 200,
                headers: { 'x-amz-function-error': 'Unhandled' },
                body: JSON.stringify({ errorType: 'Error', errorMessage }),
              },
            }
          : undefined
      const ended = await run(stack, ['refresh', 'sales-mailbox'])
      expect([1, 3]).toContain(ended.status)
      expectPlain(ended)
    }
  })
})

/** A terminal is written to with sequences of our own, but with none of these. */
const expectNoSequence = (session: Session): void => {
  const written = session.written()
  for (const sequence of ['\u001b]0;owned', '\u001b[31m', '\u009b', '\u202e', '\u200b']) {
    expect(written).not.toContain(sequence)
  }
  expect(session.screen()).not.toMatch(/^fake/m)
}

/** A provider that says what it likes. */
const provider = async (document: Record<string, unknown>, status = 200): Promise<string> => {
  const server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(document))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close().closeAllConnections())
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

const device = (url: string): readonly string[] => [
  ...['bootstrap', 'device', '--device-code', '--client-id', 'c', '--auth-method', 'none', '--scope', 's'],
  ...['--token-endpoint', `${url}/token`, '--device-authorization-endpoint', `${url}/device`],
]

describe('what a provider says is shown as text:', () => {
  const codes = { device_code: 'd', expires_in: 60, interval: 60 }

  it('the code of a device', async () => {
    const url = await provider({
      ...codes,
      user_code: hostile,
      verification_uri: 'https://idp.example.com/\u202edevice',
    })
    const session = onTerminal(stack, device(url), { columns: 300 })
    await session.until(`and type ${shown}`)
    expect(session.screen()).toContain('Open https://idp.example.com/%E2%80%AEdevice and type')
    expectNoSequence(session)
    session.type(keys.interrupt)
    expect(await session.ended).toBe(130)
  })

  it.each(['javascript:alert(1)', 'file:///etc/passwd', 'ssh://idp.example.com', 'not a URL', hostile])(
    'no page at %j',
    async (verification_uri) => {
      const url = await provider({ ...codes, user_code: 'ABC', verification_uri })
      const ended = await run(stack, device(url))
      expect(ended.status).toBe(1)
      expect(ended.stderr).toContain('gave no device code')
      expect(ended.stderr).not.toContain('and type')
    },
  )

  it('a refusal', async () => {
    const url = await provider({ error: `a\u001b]0;owned\u0007${hostile}`, error_description: hostile }, 400)
    const ended = await run(stack, device(url))
    expect(ended.stderr.replaceAll('\n', '')).not.toMatch(isDangerous)
    expect(ended.stderr).not.toMatch(/^fake/m)
  })
})

describe('what was typed or lies in a file is shown as text:', () => {
  it.each([
    [['status', hostile]],
    [['status', '--prefix', hostile]],
    [[hostile]],
    [['status', `--${hostile}`]],
    [['status', '--region', hostile]],
    [['client', 'show', hostile]],
  ])('%j', async (args) => {
    const { stderr } = await run(stack, args)
    expect(stderr).toContain(shown)
    expect(stderr.replaceAll('\n', '')).not.toMatch(isDangerous)
  })

  it('the user name of a login, in the question for the password', async () => {
    const session = onTerminal(stack, [
      ...['bootstrap', 'asking', '--client-id', randomUUID(), '--auth-method', 'none', '--scope', 's'],
      ...['--token-endpoint', stack.tokenEndpoint, '--username', hostile],
    ])
    await session.until(`Password for ${shown}`)
    expectNoSequence(session)
    session.type(keys.interrupt)
    await session.ended
  })
})
