// The world of the demonstration: the embedded stack, and an Entra directory made from the login file.

import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager'
import { type BootstrapAnswer, defaultTiming, secretName, signInRedirectPath } from '../../lambda/contract.ts'
import { clouds, entraHosts } from '../../lambda/core/login/authority.ts'
import { decodeLogin, type Login } from '../../lambda/core/login/login.ts'
import { Redacted } from '../../lambda/core/secrets/redacted.ts'
import type { Telemetry } from '../../lambda/ports.ts'
import { ManualClock } from '../clock.ts'
import type { SentEvent } from '../event-bus.ts'
import { signInByLink } from '../owner.ts'
import { type Stack, type StackOptions, startStack } from '../stack.ts'

export const start = new Date('2027-01-01T00:00:00Z')
export const day = 86_400_000
export const hour = 3_600_000
export const minute = 60_000

/** The user of the control: tokens fetched once by hand, as the IBM page describes, and never refreshed. */
const controlUser = 'by-hand@example.com'
/** The client secret of the login file is valid for this long; then another one has to be made. */
export const clientSecretDays = 200
export const clientSecretExpiresAt = new Date(start.getTime() + clientSecretDays * day)

export interface World extends Stack {
  readonly clock: ManualClock
  readonly login: Login
  readonly loginText: string
  readonly userName: string
  /** Domain of the tenant of the user and of the app registration. */
  readonly tenant: string
  readonly control: { readonly userName: string; readonly password: string }
  /** The newest client secret of the app registration. */
  readonly newest: { clientSecret: string }
  /** The link of the newest mail about a connection. */
  mailedLink(connection: string): string
  /** The owner of the mailbox opens a link and signs in. */
  openLink(link: string): Promise<void>
  /** Stores the login under a connection's name and bootstraps it; `more` are further keys of the login. */
  connect(connection: string, more?: Readonly<Record<string, unknown>>): Promise<BootstrapAnswer>
}

/** @throws Error when the login file does not decode, or is for a provider that the demonstration does not simulate */
export const createWorld = async (
  loginText: string,
  telemetry: Telemetry,
  reach?: StackOptions['reach'],
): Promise<World> => {
  const decoded = decodeLogin(new Redacted(loginText), false)
  if (!decoded.ok) throw new Error(decoded.problem)
  const login = decoded.value
  if (login.grant.grant_type !== 'password' || login.client_secret === undefined) {
    throw new Error(
      'the demonstration plays the initial password grant: the login needs "client_secret" and a password',
    )
  }
  const { username, password } = login.grant
  const endpoint = new URL(login.token_endpoint ?? `https://${clouds.global}/organizations/oauth2/v2.0/token`)
  if (!entraHosts.includes(endpoint.hostname)) {
    throw new Error(
      `the embedded stack plays Microsoft Entra, not ${endpoint.hostname}: use --live to ask the real one`,
    )
  }

  const home = username.split('@')[1] ?? ''
  if (home === '' || username.toLowerCase() === controlUser) {
    throw new Error(`the login: "username" must be name@domain, and not ${controlUser}, who is the control`)
  }

  const clock = new ManualClock(start)
  const stack = await startStack({
    ...{ clock, telemetry, timing: defaultTiming },
    ...{ signIn: true, clientSecretRenewal: true },
    ...(reach !== undefined && { reach }),
  })
  const { entra, aws } = stack
  const path = endpoint.pathname.split('/')[1] ?? ''
  const domains = new Set([home, 'example.com', ...(path.includes('.') ? [path] : [])])
  const guid = /^[0-9a-f-]{36}$/i.test(path) ? { id: path } : {}
  const tenant = entra.addTenant({ ...guid, domains: [...domains] })
  const redirectUris = [`${stack.signInUrl}${signInRedirectPath}`]
  entra.addClient({ tenantId: tenant.id, clientId: login.client_id, multiTenant: true, redirectUris })
  entra.addClientSecret(login.client_id, {
    value: login.client_secret.reveal(),
    expiresAt: clientSecretExpiresAt.getTime(),
  })
  entra.addUser({ tenantId: tenant.id, userName: username, password: password.reveal() })
  const control = entra.addUser({ tenantId: tenant.id, userName: controlUser })

  return {
    ...stack,
    clock,
    login,
    loginText,
    userName: username,
    tenant: home,
    control: { userName: controlUser, password: control.password },
    newest: { clientSecret: login.client_secret.reveal() },
    mailedLink: (connection) => {
      const about = ({ detail }: SentEvent): boolean => Object(detail).connection === connection
      return String(Object(stack.eventBus.entries.findLast(about)?.detail).sign_in_link)
    },
    openLink: async (link) => {
      const owner = { userName: username, password: password.reveal() }
      // The embedded Entra on this machine stands in for the provider of the login.
      const reach = (address: string): string => address.replace(/^https:\/\/[^/]+/, stack.entraUrl)
      const page = await signInByLink(link, owner, reach)
      if (page !== 'Done') throw new Error(`the sign-in by a link ended on "${page}"`)
    },
    connect: async (connection, more = {}) => {
      const SecretString = JSON.stringify({ ...JSON.parse(loginText.replace(/^\uFEFF/, '')), ...more })
      const { prefix } = stack.dependencies.settings
      await aws.send(new CreateSecretCommand({ Name: secretName(prefix, 'logins', connection), SecretString }))
      return stack.bootstrap({ connection })
    },
  }
}
