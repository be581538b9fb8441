// An invitation: a login for a new connection without the sign-in, which the owner of the account brings by a link.

import { secretName, tags } from '../../lambda/contract.ts'
import { Redacted } from '../../lambda/core/secrets/redacted.ts'
import { readAllowedHosts } from '../aws/allowed-hosts.ts'
import { describe, type Entry, list } from '../aws/secrets.ts'
import type { Context } from '../context.ts'
import { checked, checkSoFar, signInToCome } from './checked.ts'
import { checkHost, namedEndpoint } from './destination.ts'
import { type Draft, defined, draftOf, type LoginOptions, textOf } from './draft.ts'
import { isInvitationOf } from './hand-over.ts'
import type { Endpoints, IssuerOption } from './provider.ts'
import { askForClient } from './questions.ts'
import { knownClients } from './replacing.ts'

export interface NewConnectionOptions
  extends Omit<LoginOptions, 'browser' | 'deviceCode' | 'import' | 'anotherAccount'>,
    Endpoints,
    IssuerOption {
  readonly anotherAccount: boolean
}

interface NewConnection {
  readonly connection: string
  readonly options: NewConnectionOptions
  /** Present if another account replaces the present one. */
  readonly known: Entry | undefined
}

/** The fields that the operator hands over: all except those that the sign-in brings. */
export const newConnection = async (
  context: Context,
  { connection, options, known }: NewConnection,
): Promise<Redacted> => {
  const { anotherAccount, username, authorizationEndpoint, ...others } = options
  const hosts = await readAllowedHosts(context)
  const { username: inFile, password: _, ...rest } = await draftOf(context, { ...others, browser: true })
  const draft: Draft = {
    ...rest,
    connection,
    ...defined({
      authorization_endpoint: authorizationEndpoint,
      expected_username: username ?? rest.expected_username ?? inFile,
      another_account: anotherAccount || undefined,
    }),
  }
  checkHost(hosts, 'the token endpoint', namedEndpoint(draft))
  checkHost(hosts, 'the authorization endpoint', authorizationEndpoint)
  checkSoFar(draft)
  const clients = await knownClients(context, connection)
  const login = await askForClient(context, draft, { clients, suggested: known?.tags[tags.client], hosts })
  checkHost(hosts, 'the token endpoint', namedEndpoint(login))
  const expected =
    textOf(login, 'expected_username') ??
    (await context.terminal.ask({
      message: 'User name of the owner, who alone may sign in',
      instead: 'Give --username.',
      check: (answer) => (answer.trim() === '' ? 'It must not be empty.' : undefined),
    }))
  const complete: Draft = { ...login, expected_username: expected.trim() }
  checked({ ...signInToCome, ...complete })
  const { grant_type, ...invitation } = complete
  return new Redacted(JSON.stringify(invitation))
}

/**
 * Deletes the invitations of a connection, which makes their links void.
 *
 * @param options.but ARN of the invitation that stays
 * @returns the number of deleted invitations
 */
export const withdrawInvitations = async (
  context: Context,
  connection: string,
  { but }: { readonly but?: string } = {},
): Promise<number> => {
  const client = await context.aws.secretsManager()
  const { DeleteSecretCommand } = await import('@aws-sdk/client-secrets-manager')
  let count = 0
  for await (const { name, arn } of list(context, ['logins'])) {
    if (!isInvitationOf(connection, name) || arn === but) continue
    const SecretId = secretName(context.prefix, 'logins', name)
    await client.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }))
    count++
  }
  return count
}

/** @returns whether the connection had a link that was not void */
export const withdrawLink = async (context: Context, connection: string): Promise<boolean> => {
  const grant = await describe(context, 'grants', connection)
  if (grant === undefined || (grant.tags[tags.link] ?? '') === '') return false
  const client = await context.aws.secretsManager()
  const { TagResourceCommand } = await import('@aws-sdk/client-secrets-manager')
  await client.send(new TagResourceCommand({ SecretId: grant.arn, Tags: [{ Key: tags.link, Value: '' }] }))
  return true
}
