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

  it('as another account says who has signed in, and lets the right one follow', async () => {
    const [user, other] = [stack.addUser(), stack.addUser()]
    await stack.connect('guarded', { userName: user.userName, password: user.password })
    const before = published('guarded')
    const page = await openPage(browser, await linkFor('guarded'))
    await pressSignIn(page)
    await signInAs(page, other)
    await page.getByRole('heading', { name: 'That was another account' }).waitFor()
    expect(await page.innerText('main')).toContain(`You signed in as ${other.userName}`)
    expect(published('guarded')).toEqual(before)
    await page.getByRole('button', { name: 'Sign in again' }).click()
    await signInAs(page, user)
    await page.getByRole('heading', { name: 'Done' }).waitFor()
    await page.close()
  })

  it('works on a phone, in the dark, without script, with a keyboard alone, in three clicks', async () => {
    const user = stack.addUser()
    await stack.connect('phone', { userName: user.userName, password: user.password })
    const viewport = { width: 360, height: 640 }
    const context = await browser.newContext({ javaScriptEnabled: false, colorScheme: 'dark', viewport })
    const page = await openPage(context, await linkFor('phone'))
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.waitForSelector('input[name=username]')
    // The provider has filled in the user name, as the link suggests it.
    expect(await page.inputValue('input[name=username]')).toBe(user.userName)
    await page.focus('input[name=password]')
    await page.keyboard.type(user.password)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Done' }).waitFor()
    expect(published('phone').generation).toBe(2)
    await context.close()
  })

  it('says after the way back and forth what is the case, and does nothing twice', async () => {
    const user = stack.addUser()
    await stack.connect('back', { userName: user.userName, password: user.password })
    const page = await openPage(browser, await linkFor('back'))
    await pressSignIn(page)
    await signInAs(page, user)
    await page.getByRole('heading', { name: 'Done' }).waitFor()
    await page.reload()
    expect(await titleOf(page)).toBe('Already done')
    for (let steps = 0; steps < 3 && !page.url().startsWith(`${signInUrl}?link`); steps++) await page.goBack()
    await page.goto(page.url())
    expect(await titleOf(page)).toBe('Already done')
    expect(published('back').generation).toBe(2)
    await page.close()
  })

  it('is completed in the browser that pressed the button, in whichever of its tabs', async () => {
    const user = stack.addUser()
    await stack.connect('tabs', { userName: user.userName, password: user.password })
    const link = await linkFor('tabs')
    const mine = await browser.newContext()
    const [first, second] = [await openPage(mine, link), await openPage(mine, link)]
    await pressSignIn(first)
    await pressSignIn(second)
    const elsewhere = await openPage(await browser.newContext(), link)
    await elsewhere.goto(first.url())
    await signInAs(elsewhere, user)
    await elsewhere.getByRole('heading', { name: 'This sign-in began in another browser' }).waitFor()
    await signInAs(second, user)
    await second.getByRole('heading', { name: 'Done' }).waitFor()
    await signInAs(first, user)
    await first.getByRole('heading', { name: 'Already done' }).waitFor()
    expect(published('tabs').generation).toBe(2)
    await elsewhere.context().close()
    await mine.close()
  })

  it('gives an administrator an address where consent is missing, and begins again afterwards', async () => {
    const user = stack.addUser()
    const link = await invite('consent', { expected_username: user.userName })
    entra.updateClient(clientId, { consentedScopes: ['User.Read'] })
    const page = await openPage(browser, link)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'An administrator has to agree first' }).waitFor()
    expect(await page.innerText('code')).toContain('/adminconsent?client_id=')
    await page.goto(`${signInUrl}signed-in?admin_consent=True&tenant=${stack.tenantId}`)
    expect(await titleOf(page)).toBe('Thank you, this organization agrees')
    entra.updateClient(clientId, { consentedScopes: null })
    await page.close()
  })

  it('shows no token, client secret or proof in any address, page or log, and the code in one address alone', async () => {
    const user = stack.addUser({ mfa: true })
    const link = await invite('silent', { expected_username: user.userName })
    const addresses: string[] = []
    const contents: string[] = []
    const context = await browser.newContext()
    context.on('request', (request) => addresses.push(request.url()))
    context.on('response', async (response) => contents.push(await response.text().catch(() => '')))
    const page = await openPage(context, link)
    await pressSignIn(page)
    await signInAs(page, user, () => entra.oneTimeCode(user.userName))
    await page.getByRole('heading', { name: 'Done' }).waitFor()
    await context.close()
    const { access_token } = published('silent')
    const grant = secretsManager.inspect('token-refresher/grants/silent')
    const { refresh_token } = JSON.parse((grant && labelled(grant, 'AWSCURRENT')?.string) ?? '{}')
    const secrets = [access_token, refresh_token, clientSecret, user.password]
    expect(secrets.map((one) => typeof one === 'string' && one.length > 8)).toEqual(secrets.map(() => true))
    const code = addresses.flatMap((address) => new URL(address).searchParams.get('code') ?? [])
    expect(code).toHaveLength(1)
    expect(addresses.join('\n')).not.toContain('code_verifier')
    const printed = stack.printed()
    expect(printed).toContain('"sign-in"')
    const own = contents.filter((content) => !content.includes('name="password"'))
    for (const shown of [addresses.join('\n'), ...own, printed]) {
      for (const secret of secrets) expect(shown).not.toContain(secret)
    }
    for (const named of [...code, user.userName, new URL(link).searchParams.get('link') ?? '']) {
      expect(printed).not.toContain(named)
    }
  })
})
