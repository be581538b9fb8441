// BatchGetSecretValue: matches its values and errors with the requested secrets.

import {
  type APIErrorType,
  BatchGetSecretValueCommand,
  type SecretsManagerClient,
  type SecretValueEntry,
} from '@aws-sdk/client-secrets-manager'
import type { StoreFailure } from '../ports.ts'
import { storeErrors, throwStoreFailure } from './store-errors.ts'

/** Requests at most one page for each requested secret. */
const mostPages = 20

/** The answer contains neither a value nor an error for a requested secret. */
const incomplete = 'BatchGetSecretValueIncomplete'

type Answer = SecretValueEntry | StoreFailure | undefined

/**
 * One answer for each name: its value, undefined where there is no such secret, or its own failure. If an answer leaves a
 * secret out, it is requested once more. Only ResourceNotFoundException proves that there is none.
 */
export const readTogether = async (
  client: SecretsManagerClient,
  names: readonly string[],
): Promise<readonly Answer[]> => {
  const first = await ask(client, names)
  const missing = names.filter((name) => !first.has(name))
  const second = missing.length > 0 ? await ask(client, missing) : first
  return names.map((name) => {
    const answer = first.get(name) ?? second.get(name)
    if (answer === undefined) return storeErrors(incomplete)
    if ('value' in answer) return answer.value
    const { ErrorCode = incomplete } = answer.error
    return ErrorCode === 'ResourceNotFoundException' ? undefined : storeErrors(ErrorCode)
  })
}

type Answered = { readonly value: SecretValueEntry } | { readonly error: APIErrorType }

const ask = async (client: SecretsManagerClient, names: readonly string[]): Promise<ReadonlyMap<string, Answered>> => {
  const answered = new Map<string, Answered>()
  let NextToken: string | undefined
  for (let page = 0; page < mostPages; page++) {
    const command = new BatchGetSecretValueCommand({ SecretIdList: [...names], ...(NextToken && { NextToken }) })
    const answer = await client.send(command).catch(throwStoreFailure)
    for (const error of answer.Errors ?? []) {
      for (const name of names.filter((one) => isNamed(one, error.SecretId))) answered.set(name, { error })
    }
    // A value counts more than an error for the same secret.
    for (const value of answer.SecretValues ?? []) {
      for (const name of names.filter((one) => value.Name === one || isNamed(one, value.ARN))) {
        answered.set(name, { value })
      }
    }
    NextToken = answer.NextToken
    if (NextToken === undefined || answered.size === names.length) return answered
  }
  return answered
}

const arnShape = /^arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:(.+)$/

/** @param id the name, the ARN, or the ARN without the hyphen and the six characters that Secrets Manager adds */
const isNamed = (name: string, id: string | undefined): boolean => {
  const [, tail] = arnShape.exec(id ?? '') ?? []
  return (
    id === name ||
    tail === name ||
    (tail !== undefined && /^-[A-Za-z0-9]{6}$/.test(tail.slice(name.length)) && tail.startsWith(name))
  )
}
