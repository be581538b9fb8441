// `token`: what apps read, for a script. The only command that shows a secret, because that is what it is for.

import * as v from 'valibot'
import { secretName } from '../../lambda/contract.ts'
import { checkName, unknownConnection } from '../aws/connection.ts'
import type { Action, Context } from '../context.ts'
import { CommandError } from '../exit.ts'
import { fromNow, lengthInWords } from '../terminal/times.ts'

const published = v.object({ access_token: v.string(), token_type: v.string(), expires_at: v.string() })

/** @param minimumValidity in minutes */
export const token =
  (connection: string, minimumValidity: number): Action =>
  async (context) => {
    checkName(connection)
    const { access_token, token_type, expires_at } = await read(context, connection)
    const expires = new Date(expires_at)
    const left = expires.getTime() - context.now()
    if (left <= 0) throw stale(connection, `expired ${fromNow(expires, context.now())}`)
    if (left < minimumValidity * 60_000) throw stale(connection, `is good for ${lengthInWords(left)} only`)
    return { text: access_token, json: { access_token, token_type, expires_at } }
  }

const read = async (context: Context, connection: string) => {
  const name = secretName(context.prefix, 'connections', connection)
  const client = await context.aws.secretsManager()
  const { GetSecretValueCommand, InvalidRequestException, ResourceNotFoundException } = await import(
    '@aws-sdk/client-secrets-manager'
  )
  const command = new GetSecretValueCommand({ SecretId: name })
  const answer = await client.send(command, { abortSignal: context.interrupted }).catch(async (error: unknown) => {
    // The second name is the error for a secret that is scheduled for deletion.
    const gone = error instanceof ResourceNotFoundException || error instanceof InvalidRequestException
    throw gone ? await unknownConnection(context, connection, []) : error
  })
  const parsed = v.safeParse(published, parseJson(answer.SecretString ?? ''))
  if (parsed.success) return parsed.output
  throw new CommandError({
    code: 'NotDecodable',
    message: `the secret ${name} is not what the refresher publishes`,
    remedy: `Publish it again with token-refresher refresh ${connection}.`,
  })
}

/** The error contains nothing of the value that was read. */
const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const stale = (connection: string, how: string): CommandError =>
  new CommandError({
    code: 'Stale',
    message: `the access token of ${connection} ${how}`,
    remedy: `See why with token-refresher status ${connection}; if only its refresh token is kept alive, get a new one with token-refresher refresh ${connection}.`,
  })
