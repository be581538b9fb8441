// `client set-secret`: the bootstrap function stores the new one beside the old one, tries it, and removes the old one.

import { hostOf } from '../../lambda/core/login/token-endpoint-hosts.ts'
import { clientName } from '../../lambda/core/secrets/client.ts'
import type { Redacted } from '../../lambda/core/secrets/redacted.ts'
import { readAllowedHosts } from '../aws/allowed-hosts.ts'
import { checkName } from '../aws/connection.ts'
import { invokeClientSecret } from '../aws/invoke.ts'
import type { Action, Context } from '../context.ts'
import { wrongUsage } from '../exit.ts'
import { checkHost } from '../login/destination.ts'
import { defined } from '../login/draft.ts'
import { withLogin } from '../login/hand-over.ts'
import { clientSecretProblem, readText, timeProblem } from '../login/secret-value.ts'
import type { ShownConnection } from '../status/connection.ts'
import { fromNow } from '../terminal/times.ts'
import { findClientById, type UsedClient } from './clients.ts'
import { refreshNow } from './refresh.ts'

export interface SetClientSecret {
  readonly fromFile?: string | undefined
  readonly expires?: string | undefined
  readonly connection?: string | undefined
}

export const setClientSecret =
  (clientId: string, options: SetClientSecret): Action =>
  async (context) => {
    const client = await findClientById(context, clientId)
    const connection = options.connection ?? mostPromising(client)?.name
    if (connection === undefined)
      context.terminal.note(`No connection of ${clientId} can try it, so it is stored untried.`)
    else checkName(connection)
    checkExpiry(options)
    checkHost(
      await readAllowedHosts(context),
      `the token endpoint that ${clientId} is tagged with,`,
      client.tokenEndpoint,
    )
    const secret = await readSecret(context, options, client)
    const expires = await readExpiry(context, options)
    const login = {
      name: 'client',
      text: JSON.stringify({
        schema: 1,
        client_id: clientId,
        client_secret: secret.reveal(),
        // The endpoint whose host the command has shown. The function refuses the login if the stored client has another one.
        ...(options.fromFile === undefined && defined({ token_endpoint: client.tokenEndpoint })),
        ...(expires !== '' && { client_secret_expires_at: expires }),
      }),
    }
    const trying =
      connection === undefined ? 'Storing the client secret' : `Trying the client secret with ${connection}`
    const answer = await context.terminal.during(trying, () =>
      withLogin(context, login, (arn) =>
        invokeClientSecret(context, { client: clientId, login: arn, ...(connection !== undefined && { connection }) }),
      ),
    )
    const waiting = client.connections.filter((one) => one.name !== connection && one.reason?.class === 'client')
    const after =
      waiting.length === 0
        ? undefined
        : await refreshNow(
            context,
            waiting.map(({ name }) => name),
          )
    const { client_secret_expires_at: until } = answer
    const expiry =
      until === undefined ? 'Its expiry is not known.' : `It expires ${fromNow(new Date(until), context.now())}.`
    const what =
      answer.tried === 'accepted'
        ? `The client secret is accepted and in use; ${answer.retired} retired. ${expiry}`
        : untriedText(answer, client)
    return {
      text: after === undefined ? what : `${what}\n\n${after.text}`,
      json: { ...answer, ...(after !== undefined && { refreshed: after.json }) },
      ...(after?.exitStatus !== undefined && { exitStatus: after.exitStatus }),
    }
  }

const untriedText = ({ client_secrets }: { readonly client_secrets: number }, { authMethod }: UsedClient): string =>
  authMethod === 'aws_web_identity'
    ? 'The client secret is stored, untried: the client stays federated until a connection has tried it.'
    : `The client secret is stored beside ${client_secrets - 1} other, untried: the next refresh uses the one that the provider accepts.`

/** A connection whose refresh token is most probably valid, so that the trial depends on the client secret alone. */
export const mostPromising = ({
  connections,
  name,
}: Pick<UsedClient, 'connections' | 'name'>): ShownConnection | undefined => {
  const usable = connections.filter(({ client, status }) => client === clientName(name) && status !== 'paused')
  return (
    usable.find(({ status }) => status === 'healthy') ??
    usable.find(({ reason }) => reason === undefined || reason.class === 'client') ??
    usable.find(({ status }) => status === 'retrying')
  )
}

const readSecret = async (
  context: Context,
  { fromFile }: SetClientSecret,
  { tokenEndpoint }: UsedClient,
): Promise<Redacted> => {
  if (fromFile === undefined) {
    return context.terminal.askSecret({
      message: `Client secret (its value) for ${hostOf(tokenEndpoint ?? '') ?? 'the stored token endpoint'}`,
      instead: 'Hand it over with --from-file FILE, or --from-file - for standard input.',
      check: clientSecretProblem,
    })
  }
  const secret = await readText(context, fromFile)
  const problem = clientSecretProblem(secret.reveal())
  if (problem !== undefined) throw wrongUsage(`the client secret was not accepted: ${problem}`)
  return secret
}

/** Before anything is asked. */
const checkExpiry = ({ expires }: SetClientSecret): void => {
  const problem = expires === undefined || expires === '' ? undefined : timeProblem(expires)
  if (problem !== undefined) throw wrongUsage(`--expires: ${problem}`)
}

/** @returns empty when it is not known */
const readExpiry = async (context: Context, { expires, fromFile }: SetClientSecret): Promise<string> => {
  if (expires !== undefined || fromFile !== undefined) return expires ?? ''
  return context.terminal.ask({
    message: 'It expires on (empty: not known)',
    instead: 'Give --expires.',
    check: (given) => (given.trim() === '' ? undefined : timeProblem(given.trim())),
  })
}
