// Terminals of 60, 80 and 120 columns: nothing is cut within a word, and what matters most is there.

import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import { onTerminal } from './support/command.ts'
import { startCommandStack } from './support/stack.ts'

const stack = await startCommandStack({ settings: { alarmEmail: 'ops@example.com' } })
const user = stack.addUser()
await stack.connect('sales-mailbox', { userName: user.userName, password: user.password })
stack.entra.revokeSessions(user.userName)
for (let times = 0; times < 2; times++) await stack.invoke('refresh', { connections: ['sales-mailbox'], force: true })

const widths = [60, 80, 120] as const
const commands = [
  'status',
  'status sales-mailbox',
  'doctor',
  'client list',
  '--help',
  'bootstrap --help',
  'status nope',
  'explain invalid_grant',
  'refresh sales-mailbox',
  'refresh --help',
  'set --help',
  'remove --help',
]

/** A word that is longer than what is left of a line is let be: an ARN, an id, a command to copy. */
const isTooLong = (line: string, columns: number): boolean =>
  stringWidth(line) > columns && !/\S{30,}/.test(line) && !/^ *(\$ )?(aws|npx|token-refresher) /.test(line)

describe.each(widths)('on %i columns', (columns) => {
  it.each(commands)('%s breaks lines between words', async (command) => {
    const session = onTerminal(stack, command.split(' '), { columns, rows: 200 })
    await session.ended
    const lines = session.screen().split('\n')
    expect(lines.length).toBeGreaterThan(1)
    expect(lines.filter((line) => isTooLong(line, columns))).toEqual([])
  })

  it('status shows which connection, how it is, and why', async () => {
    const session = onTerminal(stack, ['status'], { columns })
    expect(await session.ended).toBe(3)
    expect(session.screen()).toMatch(/sales-mailbox +action-required +reauthorize AADSTS\d+/)
    expect(session.screen().replaceAll(/\s+/g, ' ')).toContain('token-refresher bootstrap sales-mailbox')
  })
})

it('a watch shows UTC, as every other time', async () => {
  const session = onTerminal(stack, ['status', '--watch', '1'])
  await session.until(/\d\d:\d\d:\d\d UTC, every 1 s/)
  session.type('\u0003')
  expect(await session.ended).toBe(130)
})
