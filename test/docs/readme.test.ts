// The README is run: its commands, its snippets, its example, its tables, its arithmetic and its links.

import { execFile, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest'
import { defaultTiming, metrics, refreshMarginMinutes } from '../../lambda/contract.ts'
import { decodeLogin } from '../../lambda/core/login.ts'
import { Redacted } from '../../lambda/core/redacted.ts'
import { readConfiguration } from '../../lib/configuration.ts'
import { longestPeriodMinutes } from '../../lib/limits.ts'
import { options, settings } from '../../lib/options.ts'
import demoLogin from '../../local/demo/login.json' with { type: 'json' }
import manifest from '../../package.json' with { type: 'json' }
import { temporary, templateWith } from '../lib/support.ts'
import { embedded } from '../support/embedded.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const readme = read('README.md')
const run = promisify(execFile)

const marker = '<!-- run by test/docs/readme.test.ts -->'

/** The blocks that say they are run here. In a list they are indented. */
const blocks = [...readme.matchAll(/^( *)(<!-- .* -->)\n *```(\w+)\n([\s\S]*?)\n *```/gm)]
  .filter(([, , comment]) => comment === marker)
  .map(([, indent = '', , language = '', text = '']) => ({ language, text: text.replaceAll(`\n${indent}`, '\n').trim() }))

const block = (language: string, part: string): string => {
  const found = blocks.filter((one) => one.language === language && one.text.includes(part))
  const [only] = found
  if (only === undefined || found.length > 1) throw new Error(`${found.length} blocks of ${language} with "${part}"`)
  return only.text
}

const quickstart = block('sh', 'export AWS_ENDPOINT_URL')
const loginJson = block('json', 'client_id')
const nodeSnippet = block('js', 'GetSecretValueCommand')
const pythonSnippet = block('python', 'boto3')
const cliSnippet = block('sh', 'aws secretsmanager get-secret-value --secret-id token-refresher/connections/sales-mailbox --query')
const example = block('ts', 'TokenRefresher')
const removal = block('sh', 'delete-secret')
