// The application as the command line runs it.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import recommended from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' }
import { describe, expect, test } from 'vitest'
import cdk from '../../cdk.json' with { type: 'json' }
import { temporary } from '../lib/support.ts'

const root = join(import.meta.dirname, '../..')
const binaries = join(root, 'node_modules/.bin')
const run = promisify(execFile)

/** No account, no Region and no credentials, as on a machine that has never seen AWS. */
const environment = () => ({
  PATH: [binaries, process.env.PATH].join(delimiter),
  HOME: temporary(),
  AWS_EC2_METADATA_DISABLED: 'true',
  // Each process reads the whole library of the CDK.
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
})

const synth = async (...options: readonly string[]) => {
  const output = temporary()
  const command = ['synth', '--strict', '--quiet', '--no-notices', '--output', output, ...options]
  const done = await run(join(binaries, 'cdk'), command, { cwd: root, env: environment() }).then(
    ({ stdout, stderr }) => ({ status: 0, said: stdout + stderr }),
    ({ code, stdout, stderr }) => ({ status: Number(code), said: `${stdout}${stderr}` }),
  )
  return { ...done, output }
}

describe('cdk synth --strict', { timeout: 60_000 }, () => {
  test('succeeds without a warning, without an account, and with CloudFormation’s validation on', async () => {
    const { status, said, output } = await synth(
      '-c',
      'prefix=mail',
      '-c',
      'shards=2',
      '-c',
      'alarmEmail=ops@example.com',
    )
    expect(said.replaceAll(/^Bundling asset .*\n/gm, '')).toBe('')
    expect(status).toBe(0)
    const manifest = JSON.parse(readFileSync(join(output, 'manifest.json'), 'utf8'))
    expect(manifest.artifacts.TokenRefresher).toMatchObject({
      environment: 'aws://unknown-account/unknown-region',
      properties: { stackName: 'mail' },
    })
    expect(JSON.parse(readFileSync(join(output, 'validation-report.json'), 'utf8'))).toMatchObject({
      pluginReports: [],
    })
  })

  test('refuses a bad configuration with all problems and without a stack trace', async () => {
    const { status, said } = await synth(
      '-c',
      'shards=0',
      '-c',
      'alarmEmail=no-address',
      '-c',
      'evryMinutes=5',
      '-c',
      'vpc=on',
    )
    expect(status).not.toBe(0)
    expect(said).toContain('Configuration refused, 4 problems:')
    expect(said).toContain('evryMinutes: given "5"; there is no such setting. The nearest known name is everyMinutes.')
    expect(said).not.toContain('configuration.ts')
  })

  test('is refused without credentials if a VPC must be looked up', async () => {
    const { status, said } = await synth('-c', 'vpc=vpc-0123456789abcdef0')
    expect(status).not.toBe(0)
    expect(said).toContain('vpc: given "vpc-0123456789abcdef0"; to look it up takes AWS credentials and a Region.')
  })
})

test('cdk.json sets every feature flag that the library recommends, and makes its validation strict', () => {
  expect(cdk.context).toMatchObject(recommended)
  expect(cdk.context).toHaveProperty(['@aws-cdk/core:validateAgainstDefaultRules'], true)
})
