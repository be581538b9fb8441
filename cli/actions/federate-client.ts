// `client federate`: shows what the app registration has to trust, waits until it does, and only then moves the client over.

import { setTimeout as wait } from 'node:timers/promises'
import type { FederationAnswer, FederationEvent } from '../../lambda/contract.ts'
import { checkName } from '../aws/connection.ts'
import { invokeFederation } from '../aws/invoke.ts'
import { Refusal, refusalOf } from '../aws/refusal.ts'
import type { Action, Context } from '../context.ts'
import { CommandError } from '../exit.ts'
import { federatedCredentials } from '../login/federated-credentials.ts'
import { findClientById, type UsedClient } from './clients.ts'
import { mostPromising } from './set-client-secret.ts'

export interface FederateClient {
  readonly connection?: string | undefined
  readonly wait?: number | undefined
  readonly despiteConnectionValues: boolean
  readonly retireSecrets: boolean
}

type Role = 'refresh' | 'bootstrap'

/** The refresher first: it is what keeps the connections, and its trial changes nothing. */
const roles: readonly Role[] = ['refresh', 'bootstrap']

export const federateClient =
  (clientId: string, options: FederateClient): Action =>
  async (context) => {
    const client = await findClientById(context, clientId)
    if (options.connection !== undefined) checkName(options.connection)
    await confirmConnectionValues(context, client, options)
    if (options.retireSecrets) return retire(context, clientId)
    const connection = options.connection ?? mostPromising(client)?.name ?? noConnection(clientId)
    const described = await context.terminal.during('Asking AWS STS for a token of each function', () =>
      Promise.all(roles.map((role) => ask(context, role, { client: clientId, federation: 'describe' }))),
    )
    context.terminal.note(federatedCredentials(clientId, described, context.prefix))
    const moved = await accepted(context, { client: clientId, connection }, options.wait ?? defaultMinutes)
    const left = `${moved.client_secrets} stored client ${moved.client_secrets === 1 ? 'secret is' : 'secrets are'} no longer sent`
    return {
      text:
        moved.client_secrets === 0
          ? `${clientId} is federated: nothing of it expires.`
          : `${clientId} is federated: nothing of it expires. ${left}; when all is well, delete with: token-refresher client federate ${clientId} --retire-secrets`,
      json: { ...moved, subjects: described.map(({ subject }) => subject) },
    }
  }

const defaultMinutes = 15
/** Between two trials: short at first, for a credential that is there already. */
const firstPauseMilliseconds = 2_000
const longestPauseMilliseconds = 16_000

const noConnection = (clientId: string): never => {
  throw new CommandError({
    code: 'NoConnection',
    message: `no connection of ${clientId} can try it`,
    remedy: 'Name one with --connection, or bootstrap one first.',
  })
}

/** Apps that read connection values take the client secret from them. */
const confirmConnectionValues = async (
  { terminal }: Context,
  { connections }: UsedClient,
  { despiteConnectionValues, retireSecrets }: FederateClient,
): Promise<void> => {
  const readers = connections.filter(({ publish }) => publish === 'connection_values').map(({ name }) => name)
  if (readers.length === 0 || despiteConnectionValues) return
  const apps = `apps read the client secret of ${readers.join(', ')}`
  const consequence = retireSecrets ? 'They would find none' : 'It has to be renewed for them still'
  const instead = 'Give --despite-connection-values if these apps need no client secret.'
  const message = `${apps.replace('a', 'A')}. ${consequence}. Continue?`
  const topic = `whether to continue although ${apps}`
  const yes = await terminal.confirm({ message, topic, instead, default: false })
  if (!yes) throw new CommandError({ code: 'NotConfirmed', message: 'nothing was changed', remedy: instead })
}

const retire = async (context: Context, client: string) => {
  const answer = await ask(context, 'bootstrap', { client, federation: 'retire' })
  return { text: `The client secrets of ${client} are deleted here. Delete them at Microsoft too.`, json: answer }
}

/** @throws CommandError with class, code and remedy when the function refused */
const ask = async (context: Context, by: Role, event: FederationEvent): Promise<FederationAnswer> => {
  const answer = await invokeFederation(context, by, event)
  if (!('refused' in answer)) return answer
  throw refusalOf(`the ${by} function`, answer.refused)
}

/**
 * Codes of an app registration that does not trust the role yet: Microsoft takes minutes to know of a new credential, and to
 * fetch the keys of its issuer.
 */
const notYet = /^AADSTS(70021\d*|70025|50013|50166)$/

/** Repeats until both functions were accepted, in this order. */
const accepted = async (
  context: Context,
  trial: { readonly client: string; readonly connection: string },
  minutes: number,
): Promise<FederationAnswer> => {
  const end = context.now() + minutes * 60_000
  for (let pause = firstPauseMilliseconds; ; pause = Math.min(2 * pause, longestPauseMilliseconds)) {
    try {
      return await context.terminal.during(`Waiting until Microsoft accepts it, with ${trial.connection}`, async () => {
        await ask(context, 'refresh', { ...trial, federation: 'try' })
        return ask(context, 'bootstrap', { ...trial, federation: 'move' })
      })
    } catch (error) {
      if (!(error instanceof Refusal) || !notYet.test(error.code)) throw error
      if (context.now() >= end) throw error
      await wait(Math.min(pause, end - context.now()), undefined, { signal: context.interrupted })
    }
  }
}
