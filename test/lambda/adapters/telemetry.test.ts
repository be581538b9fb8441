// What is logged: which id belongs to a request, and what a failed call of AWS was for.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '../../..')

/** What the telemetry that is deployed prints for this call of it. */
const logged = (call: string): unknown => {
  const script = `
import { powertoolsTelemetry } from './lambda/adapters/telemetry.ts'
powertoolsTelemetry({ serviceName: 'token-refresher', allMetrics: true }).${call}`
  const options = ['--input-type=module', '--eval', script]
  // Warnings go to standard error.
  const { stdout, stderr } = spawnSync(process.execPath, options, { cwd: root, encoding: 'utf8' })
  return JSON.parse(stdout + stderr)
}

it('the provider’s correlation id stands beside the one that was sent, and not in its place', () => {
  const failure = `{ class: 'transient', code: 'http_503', remedy: 'Wait.', correlationId: 'theirs', traceId: 'trace' }`
  const event = `{ connection: 'a', outcome: { kind: 'failed', failure: ${failure} }, correlationId: 'ours' }`
  expect(logged(`storeFailed({ task: 'announce', name: 'a', failure: ${failure} })`)).toMatchObject({
    message: 'store failed',
    task: 'announce',
    providerCorrelationId: 'theirs',
  })
  expect(logged(`tokenRequest({ correlationId: 'ours', result: 'http_503' })`)).toMatchObject({ correlationId: 'ours' })
  expect(logged(`outcome(${event})`)).toMatchObject({
    message: 'refresh failed',
    correlationId: 'ours',
    providerCorrelationId: 'theirs',
    traceId: 'trace',
  })
})
