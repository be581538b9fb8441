// The page about the command: every command, argument, option and exit status of the program, and every field of --json.

import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { describe, expect, test } from 'vitest'
import { exitStatus, type Problem } from '../../cli/exit.ts'
import { tree } from '../../cli/program.ts'
import { run, runJson } from '../cli/support/command.ts'
import { startCommandStack } from '../cli/support/stack.ts'
import { documentedFields, found, type Shape } from './json-fields.ts'
import { findTable, headingsOf, quoted, table, unquoted } from './markdown.ts'

const page = 'docs/reference/command.md'
const root = tree(() => Promise.reject(new Error('nothing is run here')))

interface Known {
  readonly path: string
  readonly command: CommandUnknownOpts
}
const commands: readonly Known[] = root.commands.flatMap((command) =>
  command.commands.length === 0
    ? [{ path: command.name(), command }]
    : command.commands.map((child) => ({ path: `${command.name()} ${child.name()}`, command: child })),
)

const usageOf = ({ path, command }: Known): string =>
  [
    path,
    ...command.registeredArguments.map((argument) => {
      const name = `${argument.name()}${argument.variadic ? '...' : ''}`
      return argument.required ? `<${name}>` : `[${name}]`
    }),
  ].join(' ')

/** Every choice, and the default where it is a number or a word. */
const detailsOf = ({ argChoices, defaultValue }: Option): readonly string[] => [
  ...(argChoices ?? []),
  ...(typeof defaultValue === 'number' || typeof defaultValue === 'string' ? [String(defaultValue)] : []),
]

const expectOptions = (rows: readonly (readonly string[])[], options: readonly Option[]): void => {
  for (const option of options) {
    const [, meaning = ''] = rows.find(([flags]) => unquoted(flags) === option.flags) ?? []
    for (const detail of detailsOf(option))
      expect({ flags: option.flags, meaning }).toMatchObject({ meaning: expect.stringContaining(detail) })
  }
}

describe('the page about the command', () => {
  test('has a heading for every command with its arguments, and no others', () => {
    const headings = headingsOf(page).flatMap(quoted)
    expect(headings).toEqual(['token-refresher', ...commands.map(usageOf)])
  })

  test('lists the options of every command', () => {
    const rows = table(page, 'option of every command')
    expect(rows.map(([flags]) => unquoted(flags))).toEqual(
      [...root.options.map(({ flags }) => flags), '-h, --help'].toSorted((a, b) => order(a, b)),
    )
    expectOptions(rows, root.options)
  })

  test.each(commands.map((one) => [one.path, one] as const))('lists the options of %s', (path, { command }) => {
    const rows = findTable(page, `option of \`${path}\``) ?? []
    expect(rows.map(([flags]) => unquoted(flags))).toEqual(command.options.map(({ flags }) => flags))
    expectOptions(rows, command.options)
  })

  test('lists every exit status', () => {
    expect(table(page, 'exit status').map(([status]) => Number(status))).toEqual(Object.values(exitStatus))
  })
})

/** The version comes last on the page. */
const order = (a: string, b: string): number => rank(a) - rank(b)
const rank = (flags: string): number => (flags.startsWith('-h') ? 2 : flags.startsWith('-V') ? 1 : 0)

describe('the fields of --json', async () => {
  const stack = await startCommandStack()
  const json = async (args: readonly string[], stdin?: string) =>
    (await runJson(stack, args, stdin === undefined ? {} : { stdin })).json
  const login = () => ({ ...stack.login(stack.addUser()), grant_ends_after_days: 30 })

  const expectFields = (name: string, value: unknown): Shape => {
    const fields = documentedFields(name)
    const shape = found(value)
    for (const [path, type] of shape) {
      const documented = fields.get(path) ?? []
      expect({ name, path, documented }).toEqual({ name, path, documented: expect.arrayContaining([type]) })
    }
    for (const [path, types] of fields) {
      const inNothing = [...shape].some(([one, type]) => path.startsWith(one) && path !== one && type !== 'object')
      if (!types.includes('optional') && !inNothing) expect([...shape.keys()], `${name} has no ${path}`).toContain(path)
    }
    return shape
  }

  test('are those that are listed', async () => {
    const first = expectFields(
      '`bootstrap`',
      await json(['bootstrap', 'sales-mailbox', '--from-file', '-'], JSON.stringify(login())),
    )
    expect([...first.keys()]).toContain('ends_at')
    await stack.connect('other')
    const [all, one, list, show, token, doctor] = await Promise.all(
      [
        ['status'],
        ['status', 'sales-mailbox'],
        ['client', 'list'],
        ['client', 'show', stack.clientId],
        ['token', 'sales-mailbox'],
        ['doctor'],
      ].map((args) => json(args)),
    )
    expectFields('`status`', all)
    expectFields('`status <connection>`', one)
    expectFields('`client list`', list)
    expectFields('`client show`', show)
    expectFields('`token`', token)
    expectFields('`doctor`', doctor)
    expectFields('`explain`', await json(['explain', 'AADSTS50126']))
    expectFields('`explain`', await json(['explain', 'invalid_grant']))
    expectFields('`refresh`', await json(['refresh', 'sales-mailbox', 'other']))
    expectFields('`pause`', await json(['pause', 'other']))
    expectFields('`resume`', await json(['resume', 'other']))
    const { value } = stack.entra.addClientSecret(stack.clientId)
    const expires = ['--expires', '2099-01-01']
    expectFields(
      '`client set-secret`',
      await json(['client', 'set-secret', stack.clientId, '--from-file', '-', ...expires], value),
    )
    expectFields('`client renew-secret`', await json(['client', 'renew-secret', stack.clientId, '--stop']))
    expectFields('`set`', await json(['set', 'other', '--mode', 'keep-alive']))
    expectFields('`remove`', await json(['remove', 'other', '--yes']))
    expectFields('`restore`', await json(['restore', 'other']))
    expectFields('`remove`', await json(['remove', 'other', '--yes']))
    expectFields('`remove`', await json(['remove', 'sales-mailbox', '--yes', '--force']))
  })

  test('are those that are listed for what is refused', async () => {
    const { clientId } = stack.entra.addClient({ tenantId: stack.tenantId, multiTenant: true })
    const { keyId, value: old } = stack.entra.addClientSecret(clientId)
    for (const name of ['held-1', 'held-2']) await stack.connect(name, { client_id: clientId, client_secret: old })
    stack.entra.removeClientSecret(clientId, keyId)
    const refreshed = expectFields('`refresh`', await json(['refresh', 'held-1', 'held-2']))
    expect([...refreshed.keys()]).toContain('failed.client')
    const shown = expectFields('`status`', await json(['status']))
    expect([...shown.keys()]).toEqual(
      expect.arrayContaining(['connections[].reason.class', 'clients_in_need[].reason.class']),
    )
    const { value } = stack.entra.addClientSecret(clientId)
    const changed = await json(['client', 'set-secret', clientId, '--from-file', '-'], value)
    expect([...expectFields('`client set-secret`', changed).keys()]).toContain('refreshed.connections[].status')
  })

  test('are those that are listed for an error', async () => {
    const keys = { message: true, remedy: true, class: true, code: true, runbook: true } satisfies Record<
      keyof Problem,
      true
    >
    expect([...documentedFields('an error').keys()].toSorted()).toEqual(
      ['error', ...Object.keys(keys).map((key) => `error.${key}`)].toSorted(),
    )
    const refusal = JSON.stringify({ ...login(), password: 'wrong' })
    expectFields('an error', await json(['bootstrap', 'wrong', '--from-file', '-'], refusal))
    expectFields('an error', await json(['status', 'no-such-connection']))
  })

  test('are none where the page has no table: completion', async () => {
    expect((await run(stack, ['completion', 'bash', '--json'])).stdout).toContain('complete')
    expect(findTable(page, 'JSON of `completion`')).toBeUndefined()
  })
})
