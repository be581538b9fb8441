// What came of a bootstrap: what is published where, good until when, and which line reads it.

import { type BootstrapAnswer, type Mode, secretName } from '../../lambda/contract.ts'
import { describe } from '../aws/secrets.ts'
import type { Context, Shown } from '../context.ts'
import { shownConnection } from '../status/connection.ts'
import { fromNow } from '../terminal/times.ts'
import { type Draft, textOf } from './draft.ts'

const published: Readonly<Record<string, string>> = {
  access_token: 'access token',
  connection_values: 'connection values: client id, client secret, access token and refresh token',
}

export const outcome = async (context: Context, answer: BootstrapAnswer, login: Draft): Promise<Shown> => {
  const { connection, secret, expires_at, refresh_by, status } = answer
  const { colors } = context.terminal
  const now = context.now()
  const mode = await modeOf(context, connection)
  const publish = textOf(login, 'publish') ?? 'access_token'
  const name = secretName(context.prefix, 'connections', connection)
  const when = (time: string) => `${fromNow(new Date(time), now)} (${time.slice(0, 16).replace('T', ' ')}Z)`
  return {
    text: [
      `${colors.green('✓')} ${colors.bold(connection)} is ${colors.green(status)}, and is refreshed by itself from now on.`,
      '',
      `Published      ${published[publish] ?? publish}`,
      `Apps read      ${name}`,
      `               ${colors.dim(secret)}`,
      `Access token   expires ${when(expires_at)}, and is ${replaced(mode)}`,
      `Refresh token  would die ${when(refresh_by)} if it were not used`,
      '',
      'An app reads it with secretsmanager:GetSecretValue, and caches it for 5 minutes at most:',
      '',
      `  aws secretsmanager get-secret-value --secret-id ${name} --query SecretString --output text`,
    ].join('\n'),
    json: { ...answer, mode: mode ?? null, publish },
  }
}

/** That it cannot be read is no reason to call the bootstrap a failure. */
const modeOf = async (context: Context, connection: string): Promise<Mode | undefined> => {
  const entry = await describe(context, 'grants', connection).catch(() => undefined)
  return entry && shownConnection(entry).mode
}

const replaced = (mode: Mode | undefined): string =>
  mode === 'keep-alive' ? 'not replaced before: the mode is keep-alive' : 'replaced before'
