// Where a login goes: to a host that the deployment allows, and that the person has typed, has confirmed or sees on the screen.

import { defaultRunbookUrl, defaultTokenEndpointHosts, runbookLink } from '../../lambda/contract.ts'
import { ownFailure } from '../../lambda/core/failures/failure-table.ts'
import { type Cloud, clouds, entraTokenEndpoint, providerOf } from '../../lambda/core/login/authority.ts'
import { hostOf, isAllowedEndpoint } from '../../lambda/core/login/token-endpoint-hosts.ts'
import type { DeployedHosts } from '../aws/allowed-hosts.ts'
import type { Context } from '../context.ts'
import { CommandError, exitStatus } from '../exit.ts'
import { type Draft, textOf } from './draft.ts'

/** The token endpoint that a login names. Undefined: none, so the known client's is used if it is Microsoft's. */
export const namedEndpoint = (draft: Draft): string | undefined => {
  const endpoint = textOf(draft, 'token_endpoint')
  if (endpoint !== undefined) return endpoint
  if (draft.tenant === undefined && draft.cloud === undefined) return undefined
  return entraTokenEndpoint(textOf(draft, 'tenant') ?? 'organizations', isCloud(draft.cloud) ? draft.cloud : 'global')
}

/** Whether the login goes to Microsoft Entra, or to the embedded Entra on this machine. */
export const isEntraLogin = (draft: Draft): boolean =>
  providerOf(namedEndpoint(draft) ?? entraTokenEndpoint('organizations', 'global')).name === 'entra'

const isCloud = (value: unknown): value is Cloud => typeof value === 'string' && Object.hasOwn(clouds, value)

/** The host that receives the answer to a question, to show in the question. */
export const destinationOf = (draft: Draft): string => hostOf(namedEndpoint(draft) ?? '') ?? 'Microsoft'

/** @throws CommandError that names host and setting, unless the deployment allows the host or there is no endpoint */
export const checkHost = (hosts: DeployedHosts, what: string, endpoint: string | undefined): void => {
  // `checked` refuses a text that is not a URL.
  if (endpoint === undefined || !URL.canParse(endpoint) || isAllowedEndpoint(endpoint, hosts)) return
  const { class: name, code, remedy } = ownFailure('token_endpoint_host_not_allowed')
  const host = hostOf(endpoint)
  const reason =
    hosts.notKnown === undefined
      ? `the setting tokenEndpointHosts of this deployment does not list ${host}`
      : `${host} is not one of Microsoft's hosts, and what the setting tokenEndpointHosts lists is not known (${hosts.notKnown})`
  throw new CommandError(
    {
      class: name,
      code,
      message: `${what} ${new URL(endpoint).href} is not allowed: ${reason}`,
      remedy,
      runbook: runbookLink(defaultRunbookUrl, name),
    },
    exitStatus.actionRequired,
  )
}

export const isMicrosofts = (endpoint: string): boolean =>
  isAllowedEndpoint(endpoint, { tokenEndpointHosts: defaultTokenEndpointHosts, allowLoopbackHttp: false })

export interface Tagged {
  readonly clientId: string
  /** The endpoint in the tag of the stored client. Each person who may tag the secret can write it. */
  readonly endpoint: string | undefined
}

/**
 * The endpoint that a login for a known client may name. The function sends nothing when the stored client has another one.
 *
 * @returns one of Microsoft's, or one that the person confirms; undefined when the tag says nothing
 */
export const confirmedEndpoint = async (
  { terminal }: Context,
  hosts: DeployedHosts,
  { clientId, endpoint }: Tagged,
): Promise<string | undefined> => {
  if (endpoint === undefined || !URL.canParse(endpoint)) return undefined
  checkHost(hosts, `the token endpoint that ${clientId} is tagged with,`, endpoint)
  if (isMicrosofts(endpoint)) return endpoint
  const { href } = new URL(endpoint)
  const confirmed = await terminal.confirm({
    message: `Send this login to ${href}?`,
    topic: `whether to send this login to ${href}, as a tag of ${clientId} says,`,
    instead: 'Give --token-endpoint, or "token_endpoint" in the file.',
    default: false,
  })
  if (confirmed) return endpoint
  throw new CommandError({
    message: `nothing was sent: ${href} was not confirmed`,
    remedy: 'Give the token endpoint of the identity provider with --token-endpoint.',
  })
}
