// The control page in a real browser: what a person presses, and what the refresher meets then.

import type { Browser, Page } from 'playwright-core'
import { afterAll, describe, expect, it } from 'vitest'
import { addCheck, findingsOn } from '../../sign-in/support/accessibility.ts'
import { hasBrowser, openPage, pressSignIn, signInAs, startBrowser, titleOf } from '../../sign-in/support/browser.ts'
import { startControlled } from '../support/control-page.ts'

type Context = Parameters<Browser['newContext']>[0]

describe.skipIf(!hasBrowser)('the control page in a browser', async () => {
  if (!hasBrowser) return
  const browser = await startBrowser()
  afterAll(() => browser.close())

  const open = async (address: string, options: Context = {}): Promise<Page> =>
    openPage(await browser.newContext(options), address)

  it('takes a user with a password through a second factor and an outage, to a new sign-in by the link of a mail', async () => {
    const { e, page: control } = await startControlled()
    // As a login on this machine: the link must lead to the embedded provider.
    const here = { token_endpoint: e.tokenEndpoint }
    await e.connect('sales-mailbox', here)
    const page = await open(control.url)
    await page.getByRole('button', { name: `Demand a second factor: ${e.userName}` }).click()
    expect(await page.getByRole('status').innerText()).toContain('The next refresh of sales-mailbox is refused')
    await expect(e.connect('other-mailbox', here)).rejects.toThrow('AADSTS50076')

    await page.getByLabel('From now on').selectOption('Every request is answered 503')
    await page.getByRole('button', { name: 'Do this' }).click()
    await page.getByText('Now: Every request is answered 503.').waitFor()
    await e.tickAfter(90)
    expect((await e.tags('sales-mailbox'))['token-refresher:reason']).toMatch(/503$/)

    await page.getByLabel('From now on').selectOption('Every request is answered as usual')
    await page.getByRole('button', { name: 'Do this' }).click()
    await page.getByText('Now: Every request is answered as usual.').waitFor()
    for (const minutes of [90, 5, 60]) await e.tickAfter(minutes)
    expect(e.status('sales-mailbox').status).toBe('action-required')

    await page.reload()
    await page.getByRole('link', { name: /link=/ }).first().click()
    await pressSignIn(page)
    await signInAs(page, { userName: e.userName, password: e.login.password ?? '' }, () =>
      e.entra.oneTimeCode(e.userName),
    )
    await page.getByRole('heading', { name: 'Done' }).waitFor()
    expect(e.problems('sales-mailbox')).toEqual([])
    await page.context().close()
  })

  it('makes a user with the keyboard alone', async () => {
    const { e, page: control } = await startControlled()
    const page = await open(control.url)
    await page.getByLabel('New user').focus()
    await page.keyboard.type('new@example.com')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    expect(await page.getByRole('status').innerText()).toContain('new@example.com is there.')
    expect(e.entra.directory.users.find(({ userName }) => userName === 'new@example.com')?.mfa).toBe(true)
    await page.context().close()
  })

  it('has nothing that an accessibility check finds, in light and dark', async () => {
    const page = await shownInFull({ bypassCSP: true, colorScheme: 'light' })
    await addCheck(page)
    expect(await findingsOn(page)).toEqual([])
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await findingsOn(page, ['color-contrast'])).toEqual([])
    await page.context().close()
  })

  it('fits a screen of 320 pixels', async () => {
    const page = await shownInFull({ viewport: { width: 320, height: 640 } })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320)
    expect(await titleOf(page)).toBe('The embedded Entra')
    await page.context().close()
  })

  /** With a connection, a mail, a trouble, and what an action says. */
  const shownInFull = async (options: Context): Promise<Page> => {
    const { e, act, page: control, user } = await startControlled()
    await e.connect('a')
    await act('revoke', user)
    for (const minutes of [90, 5]) await e.tickAfter(minutes)
    await act('trouble', { trouble: 'throttled' })
    const page = await open(control.url, options)
    await page.getByRole('button', { name: `Demand a second factor: ${e.userName}` }).click()
    await page.getByRole('status').waitFor()
    return page
  }
})
