// Links to sign in, in a real browser: the functions as they are deployed, through the embedded provider's pages.

import { randomUUID } from 'node:crypto'
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager'
import * as v from 'valibot'
import { afterAll, describe, expect, it } from 'vitest'
import { tags } from '../../lambda/contract.ts'
import { labelled } from '../../local/secrets-manager/service.ts'
import { startCommandStack } from '../cli/support/stack.ts'
import { hasBrowser, openPage, pressSignIn, signInAs, startBrowser, titleOf } from './support/browser.ts'

const linkAnswer = v.object({ link: v.string(), link_expires_at: v.string() })

describe.skipIf(!hasBrowser)('a link to sign in', async () => {
  if (!hasBrowser) return
  const stack = await startCommandStack({ settings: { signIn: 'on' } })
  const browser = await startBrowser()
  afterAll(() => browser.close())
  const { entra, secretsManager, clientId, clientSecret, tokenEndpoint, signInUrl = '' } = stack
  entra.updateClient(clientId, { redirectUris: [`${signInUrl}signed-in`] })

  const published = (connection: string) => {
    const secret = secretsManager.inspect(`token-refresher/connections/${connection}`)
    return JSON.parse((secret && labelled(secret, 'AWSCURRENT')?.string) ?? '{}')
  }
  const tag = (connection: string, key: string) =>
    secretsManager.inspect(`token-refresher/grants/${connection}`)?.tags?.get(key)

  const linkFor = async (connection: string, more: { readonly login?: string; readonly days?: number } = {}) => {
    const { days = 3, login } = more
    const event = { connection, link: { days, by: 'anna' }, ...(login !== undefined && { login }) }
    return v.parse(linkAnswer, await stack.invoke('bootstrap', event)).link
  }

  const invite = async (connection: string, change: Record<string, unknown> = {}) => {
    const Name = `token-refresher/logins/${connection}.invitation-${randomUUID().slice(0, 8)}`
    const SecretString = JSON.stringify({
      schema: 1,
      connection,
      client_id: clientId,
      client_secret: clientSecret,
      token_endpoint: tokenEndpoint,
      scope: 'Mail.ReadWrite',
      ...change,
    })
    await stack.aws.send(new CreateSecretCommand({ Name, SecretString }))
    return linkFor(connection, { login: Name })
  }

  it('makes a new connection of an account with a second factor, without an operator seeing a password', async () => {
    const user = stack.addUser({ mfa: true })
    const link = await invite('new-one', { expected_username: user.userName })
    const page = await openPage(browser, link)
    expect(await titleOf(page)).toBe('Sign in for new-one')
    expect(await page.innerText('main')).toContain(user.userName)
    await pressSignIn(page)
    await signInAs(page, user, () => entra.oneTimeCode(user.userName))
    await page.getByRole('heading', { name: 'Done' }).waitFor()
    await page.close()
    expect(entra.isLive(published('new-one').access_token)).toBe(true)
    expect(stack.logins()).toEqual([])
  })

  it('mends a connection that the provider refuses, and is void afterwards', async () => {
    const user = stack.addUser({ mfa: true })
    const link = await invite('mended', { expected_username: user.userName })
    const page = await openPage(browser, link)
    await pressSignIn(page)
    await signInAs(page, user, () => entra.oneTimeCode(user.userName))
    await page.getByRole('heading', { name: 'Done' }).waitFor()
    const before = published('mended').generation
    entra.revokeSessions(user.userName)
    const again = await linkFor('mended')
    await page.goto(again)
    await pressSignIn(page)
    await signInAs(page, user, () => entra.oneTimeCode(user.userName))
    await page.getByRole('heading', { name: 'Done' }).waitFor()
    expect(published('mended').generation).toBe(before + 1)
    expect(tag('mended', tags.link)).toBe('')
    await page.goto(again)
    expect(await titleOf(page)).toBe('Already done')
    await page.close()
  })
})
