// A real browser, where one is installed, and what a person does in it.

import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
export const hasBrowser = executablePath !== undefined

if (!hasBrowser) {
  process.stderr.write('test/sign-in: skipped, for no Chromium is installed; on Debian: apt-get install chromium\n')
}

export const startBrowser = (): Promise<Browser> =>
  chromium.launch({ args: ['--no-sandbox'], ...(executablePath !== undefined && { executablePath }) })

export const openPage = async (context: Browser | BrowserContext, address: string): Promise<Page> => {
  const page = await context.newPage()
  page.setDefaultTimeout(8000)
  await page.goto(address)
  return page
}

export const pressSignIn = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForSelector('input[name=username]')
}

export interface Person {
  readonly userName: string
  readonly password: string
}

/** @param oneTimeCode of a person with a second factor */
export const signInAs = async (page: Page, { userName, password }: Person, oneTimeCode?: () => string) => {
  await page.fill('input[name=username]', userName)
  await page.fill('input[name=password]', password)
  await page.click('button[value=sign-in]')
  if (oneTimeCode === undefined) return
  await page.fill('input[name=otc]', oneTimeCode())
  await page.click('button[value=sign-in]')
}

export const titleOf = (page: Page): Promise<string> => page.locator('h1').innerText()
