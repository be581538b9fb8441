// npm run pictures: draws the pictures of the sign-in page in docs/images, with Chromium.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { html } from '../../lambda/core/sign-in/page.ts'
import { pageSamples } from '../support/sign-in-samples.ts'

const directory = process.argv[2] ?? join(import.meta.dirname, '../../docs/images')
const executablePath = '/usr/bin/chromium'

mkdirSync(directory, { recursive: true })
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
const shots = [
  { name: 'invitation', colorScheme: 'light', width: 720 },
  { name: 'other-account', colorScheme: 'dark', width: 720 },
] as const
for (const { name, colorScheme, width } of shots) {
  const page = await browser.newPage({ colorScheme, viewport: { width, height: 100 } })
  await page.setContent(html(pageSamples[name]))
  await page.screenshot({ path: join(directory, `sign-in-${name}.png`), fullPage: true })
}
await browser.close()
