// Every command explains itself with an example, and says what may come next.

import { describe, expect, it } from 'vitest'
import { tree } from '../../cli/program.ts'
import { run } from './support/command.ts'
import { startCommandStack } from './support/stack.ts'

const stack = await startCommandStack()
const root = tree(() => Promise.reject(new Error('nothing is run here')))
const paths = root.commands.flatMap((command) =>
  command.commands.length > 0
    ? [[command.name()], ...command.commands.map((child) => [command.name(), child.name()])]
    : [[command.name()]],
)

it.each(paths.map((path) => path.join(' ')))('%s --help has an example', async (path) => {
  const { status, stdout } = await run(stack, [...path.split(' '), '--help'])
  expect(status).toBe(0)
  expect(stdout).toMatch(new RegExp(`\\nExample:\\n {2}\\$ .*token-refresher ${path}`))
})

it('no option takes a secret', () => {
  const options = root.commands.flatMap(({ options: own }) => own.map(({ long }) => long ?? ''))
  expect(options.filter((name) => /password|secret$|refresh-token$|^--token$/.test(name))).toEqual([])
})

describe('completion', () => {
  const complete = async (...words: readonly string[]) => {
    const { stdout } = await run(stack, ['complete', '--', ...words])
    return stdout.split('\n').flatMap((line) => (/^[:]|^$/.test(line) ? [] : [line.split('\t')[0]]))
  }

  it('knows commands, options, their values and the connections there are', async () => {
    await stack.pretend('sales-mailbox')
    expect(await complete('st')).toEqual(['status'])
    expect(await complete('client', '')).toEqual(['list', 'show', 'set-secret', 'renew-secret', 'federate'])
    expect(await complete('bootstrap', 'a', '--mode', '')).toEqual(['fresh', 'keep-alive'])
    expect(await complete('refresh', '')).toEqual(['sales-mailbox'])
    expect(await complete('refresh', 'sales-mailbox', 's')).toEqual(['sales-mailbox'])
    expect(await complete('--region', 'eu-central-1', 'refresh', '')).toEqual(['sales-mailbox'])
    expect(await complete('refresh', '--prefix', 'other', '')).toEqual([])
  })

  it('is silent when AWS does not answer', async () => {
    const environment = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }
    const { status, stderr } = await run(stack, ['complete', '--', 'refresh', ''], { environment })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })
})
