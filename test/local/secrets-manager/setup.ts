// A server of its own for each test, the real SDK in front of it, and a clock that stands still.

import { randomUUID } from 'node:crypto'
import { SecretsManager } from '@aws-sdk/client-secrets-manager'
import { onTestFinished } from 'vitest'
import { ManualClock } from '../../../local/clock.ts'
import { startSecretsManager } from '../../../local/secrets-manager/server.ts'
import type { SecretsManagerOptions } from '../../../local/secrets-manager/service.ts'

export const start = '2026-11-23T10:30:00.123Z'
export const minute = 60_000
export const day = 86_400_000

export const setUp = async (options: Partial<SecretsManagerOptions> = {}) => {
  const clock = new ManualClock(new Date(start))
  const { service, url, close } = await startSecretsManager({ clock, ...options })
  const credentials = { accessKeyId: randomUUID(), secretAccessKey: randomUUID() }
  const aws = new SecretsManager({ endpoint: url, region: 'eu-central-1', credentials, maxAttempts: 1 })
  onTestFinished(async () => {
    aws.destroy()
    await close()
  })
  return { aws, clock, service, url, credentials }
}

/** What a call was refused with: `Name: message`. */
export const refusal = async (call: Promise<unknown>): Promise<string> => {
  try {
    await call
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  }
  return 'not refused'
}

/** A token whose last characters say which one it is. */
export const token = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`

export const unknownSecret = "ResourceNotFoundException: Secrets Manager can't find the specified secret."
export const forDeletion =
  "InvalidRequestException: You can't perform this operation on the secret because it was marked for deletion."
export const deleted =
  "InvalidRequestException: You tried to perform the operation on a secret that's currently marked deleted."
