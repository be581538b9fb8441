// A login that may still be incomplete: from a file, from options, from answers. Wire names, as in the login secret.

import { deviceCodeGrantType, type LoginGrant, loginKeys } from '../../lambda/core/login/login.ts'
import { loginFields } from '../../lambda/core/login/login-text.ts'
import { unknownKeyProblem } from '../../lambda/core/secrets/unknown-key.ts'
import type { Context } from '../context.ts'
import { wrongUsage } from '../exit.ts'
import { readText } from './secret-value.ts'

/** Checked as a whole before it is handed over. Values of secrets are plain text here, and only the store receives them. */
export type Draft = Readonly<Record<string, unknown>>

/** The fields that may be given on the command line. None is secret. */
export interface LoginOptions {
  readonly browser?: true | undefined
  readonly deviceCode?: true | undefined
  readonly import?: true | undefined
  readonly fromFile?: string | undefined
  readonly clientId?: string | undefined
  readonly tenant?: string | undefined
  readonly tokenEndpoint?: string | undefined
  readonly authMethod?: string | undefined
  readonly clientSecretExpires?: string | undefined
  readonly scope?: string | undefined
  readonly username?: string | undefined
  readonly mode?: string | undefined
  readonly publish?: string | undefined
  readonly rotation?: string | undefined
  readonly anotherAccount?: true | undefined
}

/** Options win over the file. */
export const draftOf = async (context: Context, options: LoginOptions): Promise<Draft> => {
  const file = options.fromFile === undefined ? {} : await readDraft(context, options.fromFile)
  const given = {
    client_id: options.clientId,
    tenant: options.tenant,
    token_endpoint: options.tokenEndpoint,
    token_endpoint_auth_method: options.authMethod,
    client_secret_expires_at: options.clientSecretExpires,
    scope: options.scope,
    username: options.username,
    mode: options.mode,
    publish: options.publish,
    rotation: options.rotation,
    another_account: options.anotherAccount,
    grant_type: grantTypeOf(options),
  }
  const { userName, ...rest } = file
  const merged = { ...rest, ...(userName !== undefined && { username: userName }), ...defined(given) }
  return { schema: 1, grant_type: 'password', ...merged }
}

export const defined = (all: Readonly<Record<string, unknown>>): Draft =>
  Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))

const grantTypeOf = ({ browser, deviceCode, import: imported }: LoginOptions): LoginGrant['grant_type'] | undefined => {
  if (browser) return 'authorization_code'
  if (deviceCode) return deviceCodeGrantType
  return imported ? 'refresh_token' : undefined
}

const readDraft = async (context: Context, file: string): Promise<Draft> => {
  const name = file === '-' ? 'standard input' : file
  const fields = loginFields(await readText(context, file))
  if (typeof fields === 'string') throw wrongUsage(`${name} ${fields}`)
  const problem = unknownKeyProblem(fields, loginKeys)
  if (problem !== undefined) throw wrongUsage(`${name}: ${problem}`, 'docs/reference/login.md lists its keys.')
  return fields
}

/** The value of a field that is present and not empty. */
export const textOf = (draft: Draft, key: string): string | undefined => {
  const value = draft[key]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Whether the client that the login describes authenticates with a client secret: unless the login says otherwise. */
export const takesClientSecret = ({ token_endpoint_auth_method: method }: Draft): boolean =>
  method !== 'none' && method !== 'aws_web_identity'
