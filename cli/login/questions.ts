// Asks for the missing fields of a login. For a known client it asks only who signs in.

import { tags } from '../../lambda/contract.ts'
import {
  clientIdProblem,
  entraTokenEndpoint,
  passwordTenantProblem,
  tenantProblem,
} from '../../lambda/core/login/authority.ts'
import { deviceCodeGrantType } from '../../lambda/core/login/login.ts'
import { clientName, isHashedName } from '../../lambda/core/secrets/client.ts'
import type { Redacted } from '../../lambda/core/secrets/redacted.ts'
import type { DeployedHosts } from '../aws/allowed-hosts.ts'
import type { Entry } from '../aws/secrets.ts'
import type { Context } from '../context.ts'
import { wrongUsage } from '../exit.ts'
import { plain } from '../terminal/printable.ts'
import { checkHost, confirmedEndpoint, destinationOf, namedEndpoint } from './destination.ts'
import { type Draft, defined, takesClientSecret, textOf } from './draft.ts'
import { clientSecretProblem, timeProblem } from './secret-value.ts'

const another = ''
const graphScope = 'https://graph.microsoft.com/.default offline_access'
const inFile = (key: string): string => `Hand the login over with --from-file, with the key "${key}".`
const notEmpty = (answer: string): string | undefined => (answer.trim() === '' ? 'It must not be empty.' : undefined)

export interface Known {
  /** Clients that are stored already. */
  readonly clients: readonly Entry[]
  /** The client that a tag of the connection names, if any: offered first, and never used without a question. */
  readonly suggested: string | undefined
  readonly hosts: DeployedHosts
}

export const askForClient = async (context: Context, draft: Draft, known: Known): Promise<Draft> => {
  const { clients, hosts } = known
  const client_id = textOf(draft, 'client_id') ?? (await askClientId(context, draft, known))
  const client = clients.find(({ name }) => name === clientName(client_id))
  if (client === undefined) return askForNewClient(context, { ...draft, client_id }, hosts)
  const stored = (key: string): string | undefined => client.tags[key] || undefined
  const scope = textOf(draft, 'scope') ?? stored(tags.scope)
  const completed = { ...draft, client_id, ...(scope !== undefined && { scope }) }
  if (namedEndpoint(draft) !== undefined) return completed
  const tagged = { clientId: client_id, endpoint: stored(tags.tokenEndpoint) }
  return { ...completed, ...defined({ token_endpoint: await confirmedEndpoint(context, hosts, tagged) }) }
}

const askClientId = async ({ terminal }: Context, draft: Draft, { clients, suggested }: Known): Promise<string> => {
  const instead = 'Give --client-id.'
  // A name that is a hash does not show the client id.
  const named = clients
    .filter(({ name }) => !isHashedName(name))
    .toSorted((a, b) => Number(b.name === suggested) - Number(a.name === suggested))
  if (named.length > 0) {
    const choices = [
      ...named.map(({ name }) => ({ value: name, name: name === suggested ? `${name} (of this connection)` : name })),
      { value: another, name: 'another app registration' },
    ]
    const chosen = await terminal.choose({ message: 'App registration', instead, choices })
    if (chosen !== another) return chosen
  }
  return terminal.ask({
    message: 'Application (client) id',
    instead,
    check: (answer) => {
      const problem = notEmpty(answer) ?? clientIdProblem(answer, namedEndpoint(draft))
      return problem?.startsWith('must') ? `It ${problem}.` : problem
    },
  })
}

const askForNewClient = async ({ terminal }: Context, draft: Draft, hosts: DeployedHosts): Promise<Draft> => {
  checkClientId(draft)
  const asked: Record<string, unknown> = { ...draft }
  if (asked.tenant === undefined && asked.token_endpoint === undefined) {
    asked.tenant = await terminal.ask({
      message: 'Microsoft tenant (its id, a domain, or organizations)',
      instead: 'Give --tenant, or --token-endpoint for another provider.',
      default: 'organizations',
      check: (answer) => {
        const problem = newTenantProblem(answer.trim(), asked.grant_type)
        return problem && `The tenant ${problem}.`
      },
    })
  }
  checkHost(hosts, 'the token endpoint', namedEndpoint(asked))
  if (asked.client_secret === undefined && takesClientSecret(asked)) {
    asked.client_secret = (
      await terminal.askSecret({
        message: `Client secret (its value, not its id) for ${destinationOf(asked)}`,
        instead: `${inFile('client_secret')} A public client takes --auth-method none.`,
        check: clientSecretProblem,
      })
    ).reveal()
    if (asked.client_secret_expires_at === undefined) {
      const expires = await terminal.ask({
        message: 'The client secret expires on (empty: not known)',
        instead: 'Give --client-secret-expires.',
        check: (answer) => (answer.trim() === '' ? undefined : timeProblem(answer.trim())),
      })
      if (expires !== '') asked.client_secret_expires_at = expires
    }
  }
  // The scope is optional, and a script cannot answer.
  if (asked.scope === undefined && terminal.canAsk) {
    asked.scope = await terminal.ask({
      message: 'Scope',
      instead: 'Give --scope.',
      default: asked.tenant === undefined ? '' : graphScope,
    })
  }
  return asked
}

/** Checked before the first question about it. The id of a known client is not checked. */
const checkClientId = (draft: Draft): void => {
  const id = textOf(draft, 'client_id') ?? ''
  const problem = clientIdProblem(id, namedEndpoint(draft))
  if (problem === undefined) return
  throw wrongUsage(
    `the client id "${plain(id)}" ${problem}`,
    'Correct --client-id, or "client_id" in the file; for another provider give --token-endpoint.',
  )
}

const newTenantProblem = (tenant: string, grantType: unknown): string | undefined =>
  tenantProblem(tenant) ??
  (grantType === 'password' ? passwordTenantProblem(entraTokenEndpoint(tenant, 'global')) : undefined)

/** The fields of the grant that a person can type. */
export const askForGrant = async ({ terminal }: Context, draft: Draft): Promise<Draft> => {
  switch (draft.grant_type) {
    case 'authorization_code':
    case deviceCodeGrantType:
      return draft
    case 'refresh_token': {
      if (textOf(draft, 'refresh_token') !== undefined) return draft
      const token = await terminal.askSecret({
        message: `Refresh token for ${destinationOf(draft)}`,
        instead: inFile('refresh_token'),
        check: notEmpty,
      })
      return { ...draft, refresh_token: token.reveal() }
    }
    default: {
      const username =
        textOf(draft, 'username') ??
        (await terminal.ask({ message: 'User name', instead: 'Give --username.', check: notEmpty }))
      if (textOf(draft, 'password') !== undefined) return { ...draft, username }
      const password = await askPassword({ terminal }, { ...draft, username })
      return { ...draft, username, password: password.reveal() }
    }
  }
}

/** The password of the user that the login names. */
export const askPassword = ({ terminal }: Pick<Context, 'terminal'>, draft: Draft): Promise<Redacted> =>
  terminal.askSecret({
    message: `Password for ${plain(textOf(draft, 'username') ?? '')} at ${destinationOf(draft)}`,
    instead: inFile('password'),
    check: notEmpty,
  })
