// Starting one of the two functions, and what it answers.

import * as v from 'valibot'
import {
  type AnsweredBootstrapEvent,
  type BootstrapEvent,
  type ClientRefusal,
  type ClientSecretEvent,
  type FederationAnswer,
  type FederationEvent,
  failureClasses,
  functionNames,
  type LinkAnswer,
  type LinkEvent,
  modes,
  namedOutcomes,
  publishKinds,
  type RefreshEvent,
  type RenewalAnswer,
  type RenewalEvent,
  renewalSteps,
} from '../../lambda/contract.ts'
import type { Context } from '../context.ts'
import { CommandError } from '../exit.ts'
import { makePlain } from '../terminal/printable.ts'
import { notDeployed } from './place.ts'
import { refusal } from './refusal.ts'

const bootstrapAnswer = v.object({
  connection: v.string(),
  status: v.literal('healthy'),
  mode: v.picklist(modes),
  publish: v.picklist(publishKinds),
  secret: v.string(),
  account: v.exactOptional(v.string()),
  expires_at: v.string(),
  refresh_by: v.string(),
  ends_at: v.exactOptional(v.string()),
  missing_scope: v.exactOptional(v.string()),
})

const refreshAnswer = v.object({
  refreshed: v.number(),
  published: v.number(),
  fresh: v.number(),
  failed: v.partial(v.object(v.entriesFromList(failureClasses, v.number()))),
  left: v.number(),
  outcomes: v.array(
    v.object({
      connection: v.string(),
      outcome: v.picklist(namedOutcomes),
      class: v.exactOptional(v.picklist(failureClasses)),
      code: v.exactOptional(v.string()),
      remedy: v.exactOptional(v.string()),
      held_until: v.exactOptional(v.string()),
    }),
  ),
})

const bootstrapRefusal = v.object({
  refused: v.object({ message: v.string(), signed_in_as: v.exactOptional(v.string()) }),
})

/** @throws CommandError with class, code and remedy when the function refused, and with who signed in where that was the reason */
export const invokeBootstrap = async (context: Context, event: BootstrapEvent) => {
  const name = functionNames(context.prefix).bootstrap
  // Asked for as an answer, because Lambda logs errors, and no log may hold an account.
  const asked: AnsweredBootstrapEvent = { ...event, refusal: 'answer' }
  const answer = await invoke(context, name, asked)
  const refused = v.safeParse(bootstrapRefusal, answer)
  if (!refused.success) return v.parse(bootstrapAnswer, answer)
  const { message, signed_in_as } = refused.output.refused
  throw refusal({ errorType: 'BootstrapRefused', errorMessage: message }, name, signed_in_as)
}

const linkAnswer = v.object({
  connection: v.string(),
  link: v.pipe(v.string(), v.url()),
  link_expires_at: v.string(),
  scope: v.string(),
  account: v.exactOptional(v.string()),
})

/** @throws CommandError with class, code and remedy when the deployment makes no such link */
export const invokeLink = async (context: Context, event: LinkEvent): Promise<LinkAnswer> =>
  v.parse(linkAnswer, await invoke(context, functionNames(context.prefix).bootstrap, event))

const clientSecretAnswer = v.object({
  client: v.string(),
  tried: v.picklist(['accepted', 'untried']),
  client_secrets: v.number(),
  retired: v.number(),
  client_secret_expires_at: v.optional(v.string()),
})

/** @throws CommandError with class, code and remedy when the client secret was refused, or could not be tried */
export const invokeClientSecret = async (context: Context, event: ClientSecretEvent) =>
  v.parse(clientSecretAnswer, await invoke(context, functionNames(context.prefix).bootstrap, event))

const clientRefusal = v.object({
  client: v.string(),
  refused: v.object({ class: v.picklist(failureClasses), code: v.string(), remedy: v.string() }),
})

const federationAnswer = v.union([
  v.object({
    client: v.string(),
    issuer: v.string(),
    subject: v.string(),
    audience: v.string(),
    client_secrets: v.number(),
  }),
  clientRefusal,
])

/** @throws CommandError when the function as a whole failed. A refusal is an answer. */
export const invokeFederation = async (
  context: Context,
  by: 'refresh' | 'bootstrap',
  event: FederationEvent,
): Promise<FederationAnswer | ClientRefusal> =>
  v.parse(federationAnswer, await invoke(context, functionNames(context.prefix)[by], event))

const renewalAnswer = v.union([
  v.object({
    client: v.string(),
    done: v.picklist(renewalSteps),
    automatic: v.boolean(),
    tenant: v.exactOptional(v.string()),
    days: v.exactOptional(v.number()),
    longest_days: v.exactOptional(v.number()),
    client_secrets: v.number(),
    client_secret_expires_at: v.exactOptional(v.string()),
    due_at: v.exactOptional(v.string()),
  }),
  clientRefusal,
])

/** @throws CommandError when the function as a whole failed. A refusal is an answer. */
export const invokeRenewal = async (context: Context, event: RenewalEvent): Promise<RenewalAnswer | ClientRefusal> =>
  v.parse(renewalAnswer, await invoke(context, functionNames(context.prefix).bootstrap, event))

/**
 * @param event names connections
 * @throws CommandError when the run as a whole failed
 */
export const invokeRefresh = async (context: Context, event: RefreshEvent) => {
  const name = functionNames(context.prefix).refresh
  const parsed = v.safeParse(refreshAnswer, await invoke(context, name, event))
  if (parsed.success) return parsed.output
  throw otherVersion(name)
}

const otherVersion = (name: string): CommandError =>
  new CommandError({
    code: 'OtherVersion',
    message: `${name} answers as another version of this project`,
    remedy: 'Deploy again with npx cdk deploy from the clone that this command is from.',
  })

/** What Lambda answers when the function has thrown. */
const thrown = v.object({ errorType: v.optional(v.string(), 'Error'), errorMessage: v.optional(v.string(), '') })

const invoke = async (context: Context, name: string, event: object): Promise<unknown> => {
  const client = await context.aws.lambda()
  const { InvokeCommand, ResourceNotFoundException } = await import('@aws-sdk/client-lambda')
  const command = new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(event)) })
  const reply = await client.send(command, { abortSignal: context.interrupted }).catch(async (error: unknown) => {
    if (context.interrupted.aborted) {
      context.terminal.note(`${name} was started and continues by itself. See the result with: token-refresher status`)
    }
    if (!(error instanceof ResourceNotFoundException)) throw error
    throw await notDeployed(context, name)
  })
  const answer: unknown = JSON.parse(reply.Payload?.transformToString() ?? 'null')
  makePlain(answer)
  if (reply.FunctionError === undefined) return answer
  const failed = v.parse(thrown, answer)
  // The function of the command's own version knows every event that the command sends.
  throw failed.errorMessage.startsWith('The event must be') ? otherVersion(name) : refusal(failed, name)
}
