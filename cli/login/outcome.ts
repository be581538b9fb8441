// The result of a bootstrap: what is published and where, until when it is valid, and which command reads it.

import { type BootstrapAnswer, type Mode, type PublishKind, secretName } from '../../lambda/contract.ts'
import type { Context, Shown } from '../context.ts'
import { fromNow } from '../terminal/times.ts'

const published: Readonly<Record<PublishKind, string>> = {
  access_token: 'access token',
  connection_values: 'connection values: client id, client secret, access token and refresh token',
}

export const outcome = (context: Context, answer: BootstrapAnswer): Shown => {
  const { connection, account, secret, expires_at, refresh_by, status, mode, publish, ends_at, missing_scope } = answer
  const { colors } = context.terminal
  const now = context.now()
  const name = secretName(context.prefix, 'connections', connection)
  const when = (time: string) => `${fromNow(new Date(time), now)} (${time.slice(0, 16).replace('T', ' ')}Z)`
  return {
    text: [
      `${colors.green('✓')} ${colors.bold(connection)} is ${colors.green(status)}, and is refreshed by itself from now on.`,
      '',
      ...(account === undefined ? [] : [`Signed in as   ${account}`]),
      `Published      ${published[publish]}`,
      `Apps read      ${name}`,
      `               ${colors.dim(secret)}`,
      `Access token   expires ${when(expires_at)}, and is ${replaced(mode)}`,
      `Refresh token  would die ${when(refresh_by)} if it were not used`,
      ...(ends_at === undefined ? [] : [`Grant          ends ${when(ends_at)}, also when it is used`]),
      ...(missing_scope === undefined
        ? []
        : [`Not granted    ${colors.yellow(missing_scope)}: was asked for, and the provider left it out`]),
      '',
      'An app reads it with secretsmanager:GetSecretValue, and caches it for 5 minutes at most:',
      '',
      `  aws secretsmanager get-secret-value --secret-id ${name} --query SecretString --output text`,
    ].join('\n'),
    json: answer,
  }
}

const replaced = (mode: Mode): string =>
  mode === 'keep-alive' ? 'not replaced before: the mode is keep-alive' : 'replaced before'
