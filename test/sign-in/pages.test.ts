// Every sign-in page in a real browser: for a screen reader, in light and dark, on a narrow screen, with a keyboard alone.

import type { Page as BrowserPage } from 'playwright-core'
import { afterAll, describe, expect, it } from 'vitest'
import { html, type Page } from '../../lambda/core/sign-in/page.ts'
import { type PageName, texts } from '../../lambda/core/sign-in/texts.ts'
import { pageSamples } from '../support/sign-in-samples.ts'
import { addCheck, findingsOn } from './support/accessibility.ts'
import { hasBrowser, startBrowser } from './support/browser.ts'

const names = Object.keys(texts).filter((name): name is PageName => name in texts)

/** It would leave before it can be looked at. */
const resting = (page: Page): string => html(page).replace(/<meta http-equiv="refresh"[^>]*>/, '')

describe.skipIf(!hasBrowser)('the sign-in page', async () => {
  if (!hasBrowser) return
  const browser = await startBrowser()
  afterAll(() => browser.close())

  const open = async (content: string): Promise<BrowserPage> => {
    const page = await browser.newPage({ bypassCSP: true, colorScheme: 'light' })
    await page.setContent(content)
    await addCheck(page)
    return page
  }

  it.each(names)('"%s" has nothing that an accessibility check finds, in light and dark', async (name) => {
    const page = await open(resting(pageSamples[name]))
    expect(await findingsOn(page)).toEqual([])
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await findingsOn(page, ['color-contrast'])).toEqual([])
    await page.close()
  })

  it('is checked by a check that finds what is wrong', async () => {
    const broken = resting(pageSamples.invitation).replace(' lang="en"', '').replaceAll('#0b57c4', '#ddd')
    const page = await open(broken)
    const findings = (await findingsOn(page)).map((finding) => finding.split(':')[0])
    expect(findings).toEqual(expect.arrayContaining(['html-has-lang', 'color-contrast']))
    await page.close()
  })

  it('fits a screen of 320 pixels, also with long names, and the tabulator key reaches all of it', async () => {
    const page = await browser.newPage({ viewport: { width: 320, height: 640 } })
    for (const name of names) {
      const { link, ...sample } = pageSamples[name]
      const long = link && { ...link, connection: 'a'.repeat(63), account: `${'b'.repeat(64)}@example.com` }
      await page.setContent(resting({ ...sample, link: long }))
      expect({ name, width: await page.evaluate('document.documentElement.scrollWidth') }).toEqual({ name, width: 320 })
      for (const label of await page.locator('button, a').allInnerTexts()) {
        await page.keyboard.press('Tab')
        expect(await page.evaluate('document.activeElement.innerText')).toBe(label)
      }
    }
    await page.close()
  })
})
