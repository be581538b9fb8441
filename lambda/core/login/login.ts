// A login: what an operator hands over once to bootstrap a connection. The request table of the IBM page, as JSON.

import * as v from 'valibot'
import { connectionNamePattern, type Mode, modes, type PublishKind, publishKinds, rotations } from '../../contract.ts'
import { authMethods } from '../secrets/client.ts'
import { type Decoded, nonEmptyString, redacted, time, trimmedSecret } from '../secrets/decode.ts'
import { days } from '../secrets/provider.ts'
import type { Redacted } from '../secrets/redacted.ts'
import {
  type clouds,
  entraTokenEndpoint,
  parseTokenEndpoint,
  passwordTenantProblem,
  providerOf,
  tenantProblem,
} from './authority.ts'
import { decodeLoginText, loginSchemaVersion, typedNumber } from './login-text.ts'

/** RFC 8628 section 3.4. */
export const deviceCodeGrantType = 'urn:ietf:params:oauth:grant-type:device_code'

export const grantTypes = ['password', 'authorization_code', deviceCodeGrantType, 'refresh_token'] as const

export type LoginGrant =
  | { readonly grant_type: 'password'; readonly username: string; readonly password: Redacted }
  | {
      readonly grant_type: 'authorization_code'
      readonly code: Redacted
      readonly redirect_uri: string
      /** RFC 7636: proves that the client that redeems the code also requested it. */
      readonly code_verifier: Redacted
    }
  | { readonly grant_type: typeof deviceCodeGrantType; readonly device_code: Redacted }
  | { readonly grant_type: 'refresh_token'; readonly refresh_token: Redacted }

export interface Login {
  /** The only connection that it makes. Absent: the connection whose name the login's secret has. */
  readonly connection: string | undefined
  /** Absent: the known client's, else Microsoft's `organizations`. */
  readonly token_endpoint: string | undefined
  readonly client_id: string
  /** Absent: the known client's. */
  readonly client_secret: Redacted | undefined
  readonly client_secret_expires_at: Date | undefined
  readonly token_endpoint_auth_method: (typeof authMethods)[number] | undefined
  readonly rotation: (typeof rotations)[number] | undefined
  /** Absent: the known client's. */
  readonly inactivity_days: number | undefined
  /** Absent: the value that the connection has had, else only inactivity ends the grant. */
  readonly grant_ends_after_days: number | undefined
  readonly scope: string
  readonly grant: LoginGrant
  /** Absent: what the connection has had, else `fresh`. */
  readonly mode: Mode | undefined
  /** Absent: what the connection has had, else `access_token`. */
  readonly publish: PublishKind | undefined
  /** Where people sign in, for links to sign in. Absent: the known client's. */
  readonly authorization_endpoint?: string | undefined
  /** The sign-in must be as this user. Checked if the provider names the user. */
  readonly expected_username?: string | undefined
  /** A person has said that the connection may change its account. */
  readonly another_account?: boolean | undefined
  /** In a login that the bootstrap function has written for itself: another run has to wait until then. */
  readonly held_until?: Date | undefined
}

/** The values of these fields in the connection's grant, if there is one. */
type Kept = Pick<SettledLogin, 'mode' | 'publish'> & { readonly grant_ends_after_days?: number | undefined }

/** A login in which the settings of the connection are decided: how it is kept and what apps read. */
export interface SettledLogin extends Login {
  readonly mode: Mode
  readonly publish: PublishKind
}

/** @param before the connection's grant, if there is one: apps continue to find the same fields */
export const settleLogin = (login: Login, before: Kept | undefined): SettledLogin => ({
  ...login,
  grant_ends_after_days: login.grant_ends_after_days ?? before?.grant_ends_after_days,
  mode: login.mode ?? before?.mode ?? 'fresh',
  publish: login.publish ?? before?.publish ?? 'access_token',
})

const oneOf = <T extends string>(options: readonly T[]) =>
  v.picklist(options, `must be ${options.slice(0, -1).join(', ')} or ${options.at(-1)}`)

const trimmed = v.pipe(v.string('must be a string'), v.trim(), v.nonEmpty('must not be empty'))

/** Also accepts the string of the console's key/value form. */
const yesOrNo = v.pipe(
  v.union([v.boolean(), v.picklist(['true', 'false'])], 'must be true or false'),
  v.transform((given) => given === true || given === 'true'),
)

const schema = v.strictObject({
  schema: v.optional(loginSchemaVersion),
  connection: v.optional(
    v.pipe(v.string('must be a string'), v.regex(connectionNamePattern, 'must be the name of a connection')),
  ),
  tenant: v.optional(nonEmptyString),
  cloud: v.optional(oneOf(['global', 'us-government', 'china'] as const satisfies readonly (keyof typeof clouds)[])),
  token_endpoint: v.optional(nonEmptyString),
  client_id: trimmed,
  client_secret: v.optional(trimmedSecret),
  client_secret_expires_at: v.optional(time),
  token_endpoint_auth_method: v.optional(oneOf(authMethods)),
  rotation: v.optional(oneOf(rotations)),
  inactivity_days: v.optional(typedNumber(days)),
  grant_ends_after_days: v.optional(typedNumber(days)),
  scope: v.optional(v.string('must be a string'), ''),
  grant_type: v.optional(oneOf(grantTypes), 'password'),
  username: v.optional(trimmed),
  userName: v.optional(trimmed),
  password: v.optional(redacted),
  code: v.optional(redacted),
  redirect_uri: v.optional(trimmed),
  code_verifier: v.optional(redacted),
  device_code: v.optional(redacted),
  refresh_token: v.optional(trimmedSecret),
  mode: v.optional(oneOf(modes)),
  publish: v.optional(oneOf(publishKinds)),
  authorization_endpoint: v.optional(nonEmptyString),
  expected_username: v.optional(trimmed),
  another_account: v.optional(yesOrNo),
  held_until: v.optional(time),
})

/** The keys of a login. */
export const loginKeys: readonly string[] = Object.keys(schema.entries)

type RawLogin = v.InferOutput<typeof schema>

/** @param allowLoopbackHttp whether a token endpoint may be http on a loopback host */
export const decodeLogin = (text: Redacted, allowLoopbackHttp: boolean): Decoded<Login> => {
  const decoded = decodeLoginText(schema, text)
  if (!decoded.ok) return decoded
  const raw = decoded.value
  if (raw.client_secret_expires_at !== undefined && raw.client_secret === undefined) {
    return problem('"client_secret_expires_at" is given without "client_secret": give both or neither')
  }
  if (raw.token_endpoint_auth_method === 'none' && raw.client_secret !== undefined) {
    return problem('"client_secret" is given, but "token_endpoint_auth_method" is "none": keep one of them')
  }
  const endpoint = endpointOf(raw, allowLoopbackHttp)
  if (!endpoint.ok) return problem(endpoint.problem)
  const page = raw.authorization_endpoint && parseTokenEndpoint(raw.authorization_endpoint, allowLoopbackHttp)
  if (page && !page.ok) return problem(`"authorization_endpoint" ${page.problem}`)
  const grant = grantOf(raw, endpoint.value)
  if (!grant.ok) return problem(grant.problem)
  return {
    ok: true,
    value: {
      connection: raw.connection,
      token_endpoint: endpoint.value,
      client_id: raw.client_id,
      client_secret: raw.client_secret,
      client_secret_expires_at: raw.client_secret_expires_at,
      token_endpoint_auth_method: raw.token_endpoint_auth_method,
      rotation: raw.rotation,
      inactivity_days: raw.inactivity_days,
      grant_ends_after_days: raw.grant_ends_after_days,
      scope: raw.scope,
      grant: grant.value,
      mode: raw.mode,
      publish: raw.publish,
      authorization_endpoint: page ? page.value : undefined,
      expected_username: raw.expected_username,
      another_account: raw.another_account,
      held_until: raw.held_until,
    },
  }
}

/** @param name last part of the login secret's name: the connection of a login that names none */
export const connectionOf = ({ connection }: Pick<Login, 'connection'>, name: string): string => connection ?? name

const problem = (text: string): Decoded<never> => ({ ok: false, problem: `the login: ${text}` })

const endpointOf = (raw: RawLogin, allowLoopbackHttp: boolean): Decoded<string | undefined> => {
  if (raw.token_endpoint !== undefined) {
    if (raw.tenant !== undefined || raw.cloud !== undefined) {
      const other = raw.tenant === undefined ? 'cloud' : 'tenant'
      return { ok: false, problem: `"${other}" and "token_endpoint" cannot both be given: keep one of them` }
    }
    const parsed = parseTokenEndpoint(raw.token_endpoint, allowLoopbackHttp)
    return parsed.ok ? parsed : { ok: false, problem: `"token_endpoint" ${parsed.problem}` }
  }
  if (raw.tenant === undefined && raw.cloud === undefined) return { ok: true, value: undefined }
  const tenant = raw.tenant ?? 'organizations'
  const wrong = tenantProblem(tenant)
  if (wrong !== undefined) return { ok: false, problem: `"tenant" ${wrong}` }
  return { ok: true, value: entraTokenEndpoint(tenant, raw.cloud ?? 'global') }
}

const grantOf = (raw: RawLogin, endpoint: string | undefined): Decoded<LoginGrant> => {
  switch (raw.grant_type) {
    case 'password':
      return passwordGrantOf(raw, endpoint)
    case 'authorization_code':
      return codeGrantOf(raw)
    case deviceCodeGrantType:
      return raw.device_code === undefined
        ? missing('device_code')
        : { ok: true, value: { grant_type: raw.grant_type, device_code: raw.device_code } }
    case 'refresh_token':
      return raw.refresh_token === undefined
        ? missing('refresh_token')
        : { ok: true, value: { grant_type: raw.grant_type, refresh_token: raw.refresh_token } }
  }
}

const missing = (key: string): Decoded<never> => ({ ok: false, problem: `"${key}" is missing` })

const codeGrantOf = ({ code, redirect_uri, code_verifier }: RawLogin): Decoded<LoginGrant> => {
  if (code === undefined) return missing('code')
  if (redirect_uri === undefined) return missing('redirect_uri')
  if (code_verifier === undefined) return missing('code_verifier')
  return { ok: true, value: { grant_type: 'authorization_code', code, redirect_uri, code_verifier } }
}

/** @param endpoint undefined: one of Microsoft's, as the login names none */
const passwordGrantOf = (raw: RawLogin, endpoint: string | undefined): Decoded<LoginGrant> => {
  const tenant = endpoint && passwordTenantProblem(endpoint)
  if (tenant !== undefined) {
    const named = raw.tenant === undefined ? '"token_endpoint" names a tenant that' : '"tenant"'
    return { ok: false, problem: `${named} ${tenant}` }
  }
  if (raw.username !== undefined && raw.userName !== undefined) {
    return { ok: false, problem: '"username" and "userName" cannot both be given: keep "username"' }
  }
  const username = raw.username ?? raw.userName
  if (username === undefined) return missing('username')
  if (raw.password === undefined) return missing('password')
  const wrong = passwordProblem(raw.password.reveal(), endpoint === undefined || providerOf(endpoint).name === 'entra')
  if (wrong !== undefined) return { ok: false, problem: `"password" ${wrong}` }
  return { ok: true, value: { grant_type: 'password', username, password: raw.password } }
}

/** Mistakes that can be found before a password is sent. Each wrong password counts towards a lock of the account. */
const passwordProblem = (password: string, atMicrosoft: boolean): string | undefined => {
  if (atMicrosoft && password.trim() !== password) {
    return 'must not begin or end with a blank: Microsoft Entra refuses such passwords'
  }
  return /\p{Cc}/u.test(password)
    ? 'must not contain a control character, such as a line end or a tab: check how it was copied'
    : undefined
}
