// `bootstrap --browser` with a real browser, through the embedded provider's sign-in page.

import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { afterAll, describe, expect, it } from 'vitest'
import { onTerminal, type Session } from './support/command.ts'
import { startCommandStack } from './support/stack.ts'

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
if (executablePath === undefined) {
  process.stderr.write('test/cli/browser: skipped, for no Chromium is installed; on Debian: apt-get install chromium\n')
}

describe.skipIf(executablePath === undefined)('a sign-in with a browser', async () => {
  if (executablePath === undefined) return
  const stack = await startCommandStack()
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  afterAll(() => browser.close())

  const start = async (connection: string): Promise<{ session: Session; address: string }> => {
    const { client_id = '', client_secret = '' } = stack.login({ userName: '', password: '' })
    const args = [
      'bootstrap',
      connection,
      '--browser',
      '--no-open',
      '--client-id',
      client_id,
      '--scope',
      'Mail.ReadWrite',
    ]
    const session = onTerminal(stack, [...args, '--token-endpoint', stack.tokenEndpoint], { columns: 1000 })
    if (!stack.names('clients', client_id).length) {
      await session.answer('Client secret (its value', client_secret)
      await session.answer('expires on', '')
    }
    await session.until(/http\S+\/authorize\?\S+/)
    return { session, address: /http\S+\/authorize\?\S+/.exec(session.screen())?.[0] ?? '' }
  }

  it('of an account with a second factor becomes a connection, and no token passes this machine', async () => {
    const user = stack.addUser({ mfa: true })
    const { session, address } = await start('with-mfa')
    const page = await browser.newPage()
    page.setDefaultTimeout(8000)
    await page.goto(address)
    await page.fill('input[name=username]', user.userName)
    await page.fill('input[name=password]', user.password)
    await page.click('button[value=sign-in]')
    await page.fill('input[name=otc]', stack.entra.oneTimeCode(user.userName))
    await page.click('button[value=sign-in]')
    await page.getByText('You have signed in.').waitFor()
    await page.close()
    expect(await session.ended).toBe(0)
    expect(session.screen()).toContain('✓ with-mfa is healthy')
    expect(session.written()).not.toMatch(/eyJ|code=/)
    expect(stack.logins()).toEqual([])
  })

  it('that the person cancels is reported with its class, and nothing is stored', async () => {
    const { session, address } = await start('cancelled')
    const page = await browser.newPage()
    page.setDefaultTimeout(8000)
    await page.goto(address)
    await page.click('button[value=cancel]')
    await page.getByText('The sign-in was refused.').waitFor()
    await page.close()
    expect(await session.ended).toBe(3)
    expect(session.screen()).toContain('the sign-in was refused')
    expect(stack.logins()).toEqual([])
    expect(stack.names('grants', 'cancelled')).toEqual([])
  })
})
