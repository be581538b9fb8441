// What an accessibility check finds on a page in a real browser.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Of a page that was opened with `bypassCSP`: its own policy would let no script run, the check included. */
export const addCheck = async (page: Page): Promise<void> => {
  await page.addScriptTag({ content: axe })
}

/** @param rules default: all of them */
export const findingsOn = async (page: Page, rules: readonly string[] = []): Promise<readonly string[]> => {
  const options = rules.length === 0 ? {} : { runOnly: { type: 'rule', values: rules } }
  const { violations, incomplete }: AxeResults = await page.evaluate(`axe.run(${JSON.stringify(options)})`)
  return [...violations, ...incomplete].map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html: part }) => part).join(' ')}`,
  )
}
