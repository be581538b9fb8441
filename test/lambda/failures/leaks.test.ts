// No secret value appears in any output after any failure, at the most verbose log level.

import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'

const run = promisify(execFile)

const pieces = (secret: string): string[] =>
  Array.from({ length: Math.floor(secret.length / 12) }, (_, index) => secret.slice(index * 12, index * 12 + 12))

test('a run in which everything goes wrong tells no token, password or client secret, nor a piece of one', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'leaks-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const file = join(directory, 'secrets.json')
  const scenario = new URL('leak-scenario.ts', import.meta.url).pathname
  const environment = { ...process.env, POWERTOOLS_LOG_LEVEL: 'DEBUG', POWERTOOLS_DEV: 'false' }
  const { stdout, stderr } = await run(process.execPath, [scenario, file], { env: environment, maxBuffer: 2 ** 28 })
  const secrets: string[] = JSON.parse(readFileSync(file, 'utf8'))
  const output = stdout + stderr

  // It was a run worth searching.
  expect(secrets.length).toBeGreaterThan(60)
  for (const part of [
    'refresh failed',
    'bootstrap refused',
    '_aws',
    'Connection Action Required',
    '"message":"defect"',
    'StoreFailure',
    'urls',
    'stranger 403',
  ]) {
    expect(output).toContain(part)
  }
  const told = secrets.filter((secret) => pieces(secret).some((piece) => output.includes(piece)))
  expect(told.map((secret) => `${secret.slice(0, 4)}… of ${secret.length} characters`)).toEqual([])
  // The user name is for who may list the secrets, or starts a bootstrap: in one tag and one field, and in no log, event or URL.
  const elsewhere = output.replaceAll(/'token-refresher:account',\s+'[^']*'|account: '[^']*'/g, '')
  expect(elsewhere).not.toEqual(output)
  expect(elsewhere).not.toMatch(/[0-9a-f-]{36}@example\.com/)
}, 120_000)
