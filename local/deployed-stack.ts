// The embedded stack as it is deployed: each bundle runs in its own process, with the permissions of its role.

import { randomUUID } from 'node:crypto'
import pLimit from 'p-limit'
import { defaultPrefix, environment, eventBusName, functionNames, signInFunctionName } from '../lambda/contract.ts'
import { realClock } from './clock.ts'
import { controlledDeployment } from './control-plane/deployment.ts'
import { handleControlPlane } from './control-plane/handle.ts'
import { Journal } from './control-plane/journal.ts'
import { functionEndpoint } from './function-endpoint.ts'
import { startFunctionUrl } from './function-url.ts'
import { BareFunction, type BareFunctionOptions } from './functions/bare-function.ts'
import { processOf, type SynthesizedFunction, type SynthesizedStack, synthesize } from './functions/synthesized.ts'
import { authorizer, type RolePrincipal } from './iam/authorizer.ts'
import { defaultPlace } from './iam/role.ts'
import { readStatements } from './iam/statement.ts'
import { type Mail, mailsOf } from './mails.ts'
import { type Services, type ServicesOptions, startServices } from './services.ts'
import { newAccessKeyId } from './strangers.ts'

export interface DeployedStack extends Services {
  /** What their processes are started with. */
  readonly processes: Readonly<Record<'refresh' | 'bootstrap', BareFunctionOptions>> & {
    /** Where the setting `signIn` is on. */
    readonly signIn?: BareFunctionOptions
  }
  /** Access key ids of this start: an operator's, and one to which an operator's policy does not apply. */
  readonly accessKeys: { readonly operator: string; readonly administrator: string }
  /** Limits the operator to this IAM policy document from now on. */
  readonly allow: (operatorPolicy: unknown) => void
  readonly invoke: (name: 'refresh' | 'bootstrap', event: unknown) => Promise<unknown>
  /** The sign-in page, with a slash at the end. Undefined: the setting `signIn` is off. */
  readonly signInUrl: string | undefined
  /** The messages about connections and clients that the subscribers of the alarms received, the oldest first. */
  mails(): readonly Mail[]
  /** All output of the functions: their logs and metrics. */
  printed(): string
}

export interface DeployedStackOptions extends Pick<ServicesOptions, 'secretsManager' | 'entra'> {
  /** Directory for the cloud assembly, or an assembly that was already synthesized with these settings. */
  readonly assembly: string | SynthesizedStack
  /** Port of the sign-in page. @default any free one */
  readonly signInPort?: number | undefined
  /** As in cdk.json. @default those of cdk.json */
  readonly settings?: Readonly<Record<string, unknown>>
  /** Whether the subscribers of the alarms have confirmed. @default no */
  readonly isConfirmed?: boolean
  /** An IAM policy document: what the operator may do. @default everything */
  readonly operatorPolicy?: unknown
}

/** Secrets Manager, Entra, and the control plane: subscriptions, schedules and logs. */
export const startDeployedStack = async ({
  assembly,
  settings,
  operatorPolicy,
  isConfirmed = false,
  signInPort = 0,
  ...options
}: DeployedStackOptions): Promise<DeployedStack> => {
  const { template, functions } = typeof assembly === 'string' ? synthesize(assembly, settings) : assembly
  const { refresh, bootstrap, signIn } = functions
  const deployment = controlledDeployment(template)
  const prefix = typeof settings?.prefix === 'string' ? settings.prefix : defaultPrefix
  const names = functionNames(prefix)
  const groups = { refresh: `/aws/lambda/${names.refresh}`, bootstrap: `/aws/lambda/${names.bootstrap}` }
  const signInGroup = `/aws/lambda/${signInFunctionName(prefix)}`
  const journal = new Journal([...Object.values(groups), ...(signIn === undefined ? [] : [signInGroup])])
  const accessKeys = { operator: newAccessKeyId('operator'), administrator: newAccessKeyId('administrator') }
  const roleKeys = {
    refresh: newAccessKeyId('refresh'),
    bootstrap: newAccessKeyId('bootstrap'),
    signIn: newAccessKeyId('sign-in'),
  }
  const principals = new Map<string, RolePrincipal>([
    [roleKeys.refresh, refresh],
    [roleKeys.bootstrap, bootstrap],
    ...(signIn === undefined ? [] : [[roleKeys.signIn, signIn] as const]),
  ])
  const allow = (policy: unknown): void => {
    principals.set(accessKeys.operator, principalOf('operator', policy))
    principals.set(accessKeys.administrator, principalOf('administrator', everything))
  }
  if (operatorPolicy !== undefined) allow(operatorPolicy)
  const authorize = authorizer({
    principals,
    keyPolicies: refresh.keyPolicies,
    keyAliases: refresh.keyAliases,
  })
  const plane = { deployment, journal, authorize, isConfirmed, now: realClock.now, since: realClock.now() }
  const endpoint = functionEndpoint(
    { names, authorize },
    {
      refresh: (event) => invoke('refresh', event),
      bootstrap: (event) => invoke('bootstrap', event),
    },
  )
  const services = await startServices({
    ...options,
    clock: realClock,
    eventBuses: [eventBusName(prefix)],
    callers: new Set([...Object.values(accessKeys), ...Object.values(roleKeys)]),
    authorize,
    roleArnOf: (key) => principals.get(key)?.roleArn,
    others: (request) => endpoint(request) ?? handleControlPlane(plane, request),
  })
  const role = (accessKeyId: string) => ({
    endpoint: services.awsUrl,
    region: defaultPlace.region,
    accessKeyId,
    secretAccessKey: randomUUID(),
  })
  // The address is known only when the server of the page runs. It replaces the address in the template.
  const page = signIn && (await startFunctionUrl(signInPort, (event) => answerBrowser(event)))
  const withPage = (deployed: SynthesizedFunction): SynthesizedFunction => ({
    ...deployed,
    environment: { ...deployed.environment, ...(page && { [environment.signInUrl]: page.url }) },
  })
  const processes = {
    refresh: processOf(withPage(refresh), role(roleKeys.refresh)),
    bootstrap: processOf(withPage(bootstrap), role(roleKeys.bootstrap)),
    ...(signIn && { signIn: processOf(signIn, role(roleKeys.signIn)) }),
  }
  const started: BareFunction[] = []
  const start = async (options: BareFunctionOptions, group: string): Promise<BareFunction> => {
    const onLine = (line: string) => journal.print(group, line, realClock.now())
    const made = await BareFunction.start({ ...options, onLine })
    started.push(made)
    return made
  }
  const signInPage = processes.signIn && (await start(processes.signIn, signInGroup))
  const signInTurns = pLimit(1)
  const answerBrowser = async (event: unknown): Promise<unknown> => {
    if (signInPage === undefined) throw new Error('there is no sign-in page')
    const invoked = await signInTurns(() => signInPage.invoke(event))
    if ('answer' in invoked) return invoked.answer
    throw new Error(invoked.errorMessage)
  }
  /** Started by their first event, as Lambda does. */
  const running: { refresh?: Promise<BareFunction>; bootstrap?: Promise<BareFunction> } = {}
  // A process handles one event at a time.
  const turns = { refresh: pLimit(1), bootstrap: pLimit(1) }

  const invoke = async (name: 'refresh' | 'bootstrap', event: unknown): Promise<unknown> => {
    const invoked = await turns[name](async () => {
      running[name] ??= start(processes[name], groups[name])
      return (await running[name]).invoke(event)
    })
    journal.invoked(names[name], !('answer' in invoked), realClock.now())
    if ('answer' in invoked) return invoked.answer
    throw Object.assign(new Error(invoked.errorMessage), { name: invoked.errorType })
  }

  return {
    ...services,
    processes,
    accessKeys,
    allow,
    invoke,
    signInUrl: page?.url,
    mails: () => mailsOf(template, services.eventBus.entries),
    printed: () => started.map((one) => one.printed).join(''),
    close: async () => {
      await Promise.all([running.refresh, running.bootstrap])
      await Promise.all([...started.map((one) => one.stop()), page?.close()])
      await services.close()
    },
  }
}

const everything = { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }

const principalOf = (user: string, policy: unknown): RolePrincipal => ({
  roleArn: `arn:aws:iam::${defaultPlace.accountId}:user/${user}`,
  statements: readStatements(policy),
})
