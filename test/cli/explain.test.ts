// `explain`: what a code means, without AWS, without credentials and without a network.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { run, runJson } from './support/command.ts'

const HOME = mkdtempSync(join(tmpdir(), 'token-refresher-explain-'))
afterAll(() => rmSync(HOME, { recursive: true }))

/** Neither credentials nor a Region, and an endpoint where no process listens. */
const offline = { environment: { PATH: process.env.PATH ?? '', HOME, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' } }

describe('explain', () => {
  it('prints meaning, class, remedy and section of the runbook', async () => {
    const { status, stdout, stderr } = await run(offline, ['explain', 'AADSTS50126'])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toBe(
      [
        'AADSTS50126: wrong user name or password',
        '',
        'Class    account',
        'Remedy   Check user name and password, then run token-refresher bootstrap <connection>, because repeated failures lock the account.',
        'Runbook  docs/runbook.md#account',
        '',
      ].join('\n'),
    )
  })

  it('takes the reason as a tag of a connection has it', async () => {
    const { status, json } = await runJson(offline, ['explain', 'reauthorize AADSTS50173'])
    expect({ status, json }).toMatchObject({
      status: 0,
      json: { code: 'AADSTS50173', explanations: [{ class: 'reauthorize', grant: null }] },
    })
  })

  it('says when a class counts for one grant only', async () => {
    const { stdout } = await run(offline, ['explain', 'invalid_grant'])
    expect(stdout).toContain('Class    account (in a sign-in with a password)')
  })

  it('explains a class too', async () => {
    expect((await run(offline, ['explain', 'policy'])).stdout).toContain('Runbook  docs/runbook.md#policy')
  })

  it('of a mistyped code names the nearest', async () => {
    const { status, stderr } = await run(offline, ['explain', 'invalid_grnt'])
    expect(status).toBe(1)
    expect(stderr).toContain('no table has the code "invalid_grnt"')
    expect(stderr).toContain('The nearest known code is invalid_grant.')
  })

  it('of a word that is like none says which class it has', async () => {
    const { status, stderr } = await run(offline, ['explain', 'zzz_quite_new'])
    expect(status).toBe(1)
    expect(stderr).toContain('its class is refused')
    expect(stderr).toContain('More: docs/runbook.md#refused')
  })
})
