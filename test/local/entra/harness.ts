// A running Entra with one tenant, a confidential and a public client and a user, and a way to ask it for tokens.

import { onTestFinished } from 'vitest'
import { ManualClock } from '../../../local/clock.ts'
import { startEntra } from '../../../local/entra/server.ts'
import type { EntraOptions } from '../../../local/entra/service.ts'
import type { FaultSource } from '../../../local/loopback-server.ts'

export const day = 86_400_000
export const minute = 60_000
export const redirectUri = 'http://localhost:4000/signed-in'

export interface TokenBody {
  readonly error?: string
  readonly error_description?: string
  readonly error_codes?: readonly number[]
  readonly error_uri?: string
  readonly suberror?: string
  readonly claims?: string
  readonly password_change_url?: string
  readonly timestamp?: string
  readonly trace_id?: string
  readonly correlation_id?: string
  readonly access_token: string
  readonly refresh_token: string
  readonly id_token?: string
  readonly token_type: string
  readonly scope: string
  readonly expires_in: number
  readonly ext_expires_in: number
}

export type Form = Readonly<Record<string, string>>

export const startTestEntra = async (options: Partial<EntraOptions> & { faults?: FaultSource } = {}) => {
  const clock = new ManualClock(new Date('2026-01-01T00:00:00Z'))
  const running = await startEntra({ clock, ...options })
  onTestFinished(() => running.close())
  return { clock, ...running }
}

export const startWithUser = async (options: Parameters<typeof startTestEntra>[0] = {}) => {
  const running = await startTestEntra(options)
  const { entra, url } = running
  const tenant = entra.addTenant({ domains: ['contoso.example'] })
  const client = entra.addClient({ tenantId: tenant.id, multiTenant: true, redirectUris: [redirectUri] })
  const secret = entra.addClientSecret(client.clientId)
  const device = entra.addClient({ tenantId: tenant.id, multiTenant: true, publicClient: true })
  const user = entra.addUser({ tenantId: tenant.id, userName: 'sales@contoso.example' })
  const asClient: Form = { client_id: client.clientId, client_secret: secret.value }
  const asUser: Form = { username: user.userName, password: user.password }

  const post = (path: string, form: Form, headers: Form = {}): Promise<Response> =>
    fetch(`${url}/${path}`, { method: 'POST', body: new URLSearchParams(form), headers, redirect: 'manual' })

  const ask = async (form: Form, place = 'organizations', headers: Form = {}) => {
    const response = await post(`${place}/oauth2/v2.0/token`, form, headers)
    return { status: response.status, headers: response.headers, body: (await response.json()) as TokenBody }
  }

  const passwordForm = (changes: Form = {}): Form => ({
    ...asClient,
    ...asUser,
    grant_type: 'password',
    scope: 'Mail.ReadWrite User.Read offline_access',
    ...changes,
  })

  const refreshForm = (refreshToken: string, changes: Form = {}): Form => ({
    ...asClient,
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    ...changes,
  })

  const signIn = async (changes: Form = {}): Promise<TokenBody> => (await ask(passwordForm(changes))).body
  const refresh = (refreshToken: string, changes: Form = {}) => ask(refreshForm(refreshToken, changes))
  const me = (accessToken: string): Promise<Response> =>
    fetch(`${url}/v1.0/me`, { headers: { authorization: `Bearer ${accessToken}` } })

  return {
    ...running,
    tenant,
    client,
    secret,
    device,
    user,
    asClient,
    asUser,
    post,
    ask,
    passwordForm,
    refreshForm,
    signIn,
    refresh,
    me,
  }
}

export type TestEntra = Awaited<ReturnType<typeof startWithUser>>

export const without = (form: Form, ...names: readonly string[]): Form =>
  Object.fromEntries(Object.entries(form).filter(([name]) => !names.includes(name)))

/** The hidden fields of the form on a page. */
export const hiddenFields = (html: string): Form =>
  Object.fromEntries(
    [...html.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g)].map(([, name, value]) => [
      name ?? '',
      value ?? '',
    ]),
  )
