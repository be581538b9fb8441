// The guide to this machine, step by step as it is written: on npm run local, its sign-in page and its control page.

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { linkedPath } from '../cli/support/linked.ts'
import { hasBrowser, openPage, pressSignIn, signInAs, startBrowser } from '../sign-in/support/browser.ts'
import { block, blocksRunBy } from './markdown.ts'
import { bareEnvironment, type Local, startLocal } from './support/npm-run-local.ts'

const run = promisify(execFile)

const blocks = blocksRunBy('local', 'docs/guides/local.md')
const publish = block(blocks, 'sh', '(\n  . .token-refresher/environment\n  token-refresher bootstrap')
const invite = block(blocks, 'sh', '(\n  . .token-refresher/environment\n  token-refresher invite')
const refreshTwice = block(blocks, 'sh', '(\n  . .token-refresher/environment\n  token-refresher refresh')

const userName = 'owner@example.com'

describe('on npm run local', { timeout: 120_000 }, () => {
  let local: Local
  beforeAll(async () => {
    local = await startLocal()
  }, 120_000)
  afterAll(() => local.stop())

  const PATH = linkedPath()

  const state = (file: string) => JSON.parse(readFileSync(join(local.directory, 'state', file), 'utf8'))
  const controlAddress = (): string => /control page +(http\S+)/.exec(local.said())?.[1] ?? ''

  /** @returns what the commands print, however they end */
  const shell = async (text: string): Promise<{ readonly stdout: string; readonly code?: number }> => {
    const here = text.replaceAll('.token-refresher/', `${local.directory}/state/`)
    const env = { ...bareEnvironment(), PATH }
    return run('bash', ['-uc', here], { cwd: local.directory, env }).catch((failed) => failed)
  }

  it('the password of the user with a second factor is refused at the token endpoint', async () => {
    const { client_id, client_secret, scope, token_endpoint } = state('login.json')
    const { password, ...owner } = state('owner.json')
    const form = { grant_type: 'password', client_id, client_secret, scope, username: owner.userName, password }
    const answer = await fetch(token_endpoint, { method: 'POST', body: new URLSearchParams(form) })
    expect(await answer.json()).toMatchObject({ error_codes: [50076] })
    expect(owner).toEqual({ userName })
  })

  it('a client that was allowed to change its client secrets has them renewed', async () => {
    expect((await shell(publish)).stdout).toContain('CLIENT SECRETS EXPIRE')
    const { client_id } = state('login.json')
    const renew = (how: string) =>
      shell(`. .token-refresher/environment; token-refresher client renew-secret ${client_id} ${how}`)
    const start = '--automatic --tenant example.com'
    expect(await renew(start)).toMatchObject({ code: 3, stderr: expect.stringContaining('az ad app owner add') })
    const { origin } = new URL(controlAddress())
    const body = new URLSearchParams({ action: 'allow-renewal', clientId: client_id })
    await fetch(controlAddress(), { method: 'POST', headers: { origin }, body })
    expect((await renew(start)).stdout).toContain('renews itself from now on')
    expect((await renew('--stop')).stdout).toContain('does not renew itself')
  })

  it.skipIf(!hasBrowser)('that user signs in by a link, loses the sign-in, and finds the mail', async () => {
    const browser = await startBrowser()
    onTestFinished(() => browser.close())
    const { stdout } = await shell(invite)
    const link = /^http\S+link=\S+$/m.exec(stdout)?.[0] ?? ''
    const control = await openPage(browser, controlAddress())
    const page = await openPage(browser, link)
    await pressSignIn(page)
    await signInAs(page, state('owner.json'))
    await page.waitForSelector('input[name=otc]')
    await page.fill('input[name=otc]', await oneTimeCodeOn(control))
    await page.click('button[value=sign-in]')
    await page.getByRole('heading', { name: 'Done' }).waitFor()

    await control.reload()
    await control.getByRole('button', { name: `Revoke sign-ins: ${userName}` }).click()
    const said = await control.getByRole('status').innerText()
    expect(said).toContain('The next refresh of owner-mailbox is refused: AADSTS50173.')
    expect(said).toContain('token-refresher refresh owner-mailbox')
    expect(await shell(refreshTwice)).toMatchObject({ code: 3, stdout: expect.stringContaining('AADSTS50173') })
    await control.reload()
    expect(await control.getByRole('heading', { name: 'The connection owner-mailbox needs a person.' }).count()).toBe(1)
    expect(await control.getByRole('link', { name: /link=/ }).count()).toBe(1)
  })

  const oneTimeCodeOn = async (control: Page): Promise<string> => {
    await control.reload()
    return control.getByRole('article').filter({ hasText: userName }).locator('strong').innerText()
  }
})
