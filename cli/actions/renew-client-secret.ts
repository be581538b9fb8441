// `client renew-secret`: has the client secret of a client renew itself, or ends that.

import {
  type ClientRefusal,
  type RenewalAnswer,
  type RenewalEvent,
  renewalDaysBeforeEnd,
} from '../../lambda/contract.ts'
import { tenantProblem } from '../../lambda/core/login/authority.ts'
import { invokeRenewal } from '../aws/invoke.ts'
import { refusalOf } from '../aws/refusal.ts'
import type { Action, Context } from '../context.ts'
import { wrongUsage } from '../exit.ts'
import { renewalNeeds, renewalRights } from '../login/renewal-rights.ts'
import { fromNow } from '../terminal/times.ts'
import { findClientById, type UsedClient } from './clients.ts'

export interface RenewClientSecret {
  readonly automatic: boolean
  readonly stop: boolean
  readonly tenant?: string | undefined
  readonly days?: number | undefined
}

type StartEvent = Extract<RenewalEvent, { renewal: 'start' }>

export const renewClientSecret =
  (clientId: string, options: RenewClientSecret): Action =>
  async (context) => {
    checkOptions(clientId, options)
    const client = await findClientById(context, clientId)
    if (options.stop) return stop(context, clientId)
    context.terminal.note(renewalNeeds(clientId))
    const { tenant, days } = options
    const answer = await start(context, {
      client: clientId,
      renewal: 'start',
      ...(tenant !== undefined && { tenant }),
      ...(days !== undefined && { days }),
    })
    if ('refused' in answer) throw refused(context, { client, options }, answer)
    return { text: startedText(answer, client, context), json: answer }
  }

/** Before any call of AWS. */
const checkOptions = (clientId: string, { automatic, stop, tenant, days }: RenewClientSecret): void => {
  const call = `token-refresher client renew-secret ${clientId}`
  const remedy = `Type ${call} --automatic, or ${call} --stop to end it.`
  if (automatic === stop) throw wrongUsage(`give ${stop ? 'only ' : ''}one of --automatic and --stop`, remedy)
  if (stop && (tenant !== undefined || days !== undefined)) {
    throw wrongUsage('--tenant and --days belong to --automatic', remedy)
  }
  const problem = tenant === undefined ? undefined : ownTenantProblem(tenant)
  if (problem !== undefined) throw wrongUsage(`--tenant ${problem}`)
}

/** What is wrong with the tenant of an app registration, or undefined. A name for all tenants has neither hyphen nor dot. */
const ownTenantProblem = (tenant: string): string | undefined =>
  tenantProblem(tenant) === undefined && /[-.]/.test(tenant)
    ? undefined
    : 'must be the id (GUID) or a domain of the tenant in which the app is registered'

const stop = async (context: Context, client: string) => {
  const answer = await context.terminal.during('Turning the renewal off', () =>
    invokeRenewal(context, { client, renewal: 'stop' }),
  )
  if ('refused' in answer) throw refusalOf('the renewal', answer.refused)
  const until = answer.client_secret_expires_at
  const expiry =
    until === undefined
      ? 'Its expiry is not known. Replace it in time:'
      : `Replace it before it expires ${day(until, context)}:`
  return {
    text: [
      `The client secret of ${client} does not renew itself. ${expiry}`,
      '',
      `  token-refresher client set-secret ${client}`,
    ].join('\n'),
    json: answer,
  }
}

/** Asks for the tenant only if the function knows none: neither the token endpoint nor an earlier start has named it. */
const start = async (context: Context, event: StartEvent): Promise<RenewalAnswer | ClientRefusal> => {
  const ask = (asked: StartEvent) =>
    context.terminal.during('Making a client secret at Microsoft', () => invokeRenewal(context, asked))
  const answer = await ask(event)
  const isMissing = 'refused' in answer && answer.refused.code === 'renewal_tenant_not_known'
  if (!isMissing || event.tenant !== undefined) return answer
  const tenant = await context.terminal.ask({
    message: 'Tenant in which the app is registered (its id, or a domain)',
    topic: 'the tenant in which the app is registered',
    instead: 'Give --tenant: the token endpoint of this client does not name that tenant.',
    check: (given) => {
      const problem = ownTenantProblem(given.trim())
      return problem && `It ${problem}.`
    },
  })
  return ask({ ...event, tenant })
}

const refused = (
  { terminal }: Context,
  { client, options }: { readonly client: UsedClient; readonly options: RenewClientSecret },
  { client: id, refused: given }: ClientRefusal,
) => {
  if (given.code === 'Authorization_RequestDenied') terminal.note(renewalRights(id))
  const remedy = given.code === 'renewal_not_possible' ? nothingToRenew(client) : undefined
  return refusalOf('the renewal', { ...given, remedy: remedy ?? sameAgain(given, id, options) })
}

/** Codes of a tenant that does not exist, or does not have the app. */
const wrongTenant = ['AADSTS90002', 'AADSTS700016']

/** The remedy, with this call again as its last step: the function does not know its options. */
const sameAgain = ({ code, remedy }: ClientRefusal['refused'], id: string, { tenant, days }: RenewClientSecret) => {
  const call = `token-refresher client renew-secret ${id} --automatic`
  const given = [call, tenant && `--tenant ${tenant}`, days && `--days ${days}`].filter(Boolean).join(' ')
  if (wrongTenant.includes(code)) {
    return `Run ${call} with --tenant and the tenant in which the app is registered.`
  }
  if (remedy.includes('--tenant')) return remedy
  return remedy.replace(call, given).replace('run token-refresher refresh <connection>', `run ${given}`)
}

/** The function proposes a new client secret by hand, which not every client has. */
const nothingToRenew = ({ authMethod }: UsedClient): string | undefined => {
  if (authMethod === 'aws_web_identity') return 'Nothing to do: this client is federated, so nothing of it expires.'
  return authMethod === 'none' ? 'Nothing to do: a public client has no client secret.' : undefined
}

const startedText = (answer: RenewalAnswer, client: UsedClient, context: Context): string => {
  const { client: id, done, client_secrets: stored, days = 0, longest_days: longest = days } = answer
  const lifetime = Math.min(days, longest)
  const before = Math.floor(Math.min(renewalDaysBeforeEnd, lifetime / 3))
  const policy = longest < days ? ', since a policy of the tenant allows no longer' : ''
  const settings = `Each new one lives ${lifetime} days${policy}, and the next is made ${before === 1 ? '1 day' : `${before} days`} before its end.`
  if (done === 'accepted') {
    const due = answer.due_at === undefined ? '' : ` The next one is made ${day(answer.due_at, context)}.`
    return `Microsoft accepts the new client secret of ${id}, and apps get it with the next refresh of their connection.${due}`
  }
  const first =
    done === 'made'
      ? `The client secret of ${id} renews itself from now on: a new one is stored beside ${others(stored - 1)}.`
      : `The client secret of ${id} renews itself: a new one was made before, and waits for its trial.`
  return `${first} ${settings}\n\n${nextText(answer, client, context)}`
}

const others = (count: number): string => (count === 1 ? '1 other' : `${count} others`)

/** What comes next, for the operator and for those who have a copy of the old client secret. */
const nextText = (answer: RenewalAnswer, { connections }: UsedClient, context: Context): string => {
  const { client: id, client_secret_expires_at: until } = answer
  const readers = connections.filter(({ publish }) => publish === 'connection_values')
  const names = (all: typeof readers) => all.map(({ name }) => name).join(', ')
  const reading = readers.filter(({ status }) => status !== 'paused')
  const paused = readers.filter(({ status }) => status === 'paused')
  const end = until === undefined ? 'the old one expires' : `the old one expires ${day(until, context)}`
  return [
    'What comes next:',
    '- An hourly run tries the new one, ten minutes from now at the earliest.',
    `- token-refresher client show ${id} shows whether it was accepted.`,
    reading.length === 0 ? '' : `- Apps get it with the next refresh after that: ${names(reading)}.`,
    paused.length === 0 ? '' : `- Paused connections keep the old one until you resume them: ${names(paused)}.`,
    `- Copies that were pasted by hand, such as those in an account of App Connect, need the new value before ${end}.`,
  ]
    .filter((line) => line !== '')
    .join('\n')
}

/** `in 25 days (2026-12-22)` */
const day = (time: string, { now }: Context): string => `${fromNow(new Date(time), now())} (${time.slice(0, 10)})`
