// Where a login goes: to hosts that the deployment allows, and that the person has typed, confirmed or is shown.

import { defaultRunbookUrl, defaultTokenEndpointHosts, runbookLink } from '../../lambda/contract.ts'
import { ownFailure } from '../../lambda/core/failures/failure-table.ts'
import { type Cloud, clouds, entraTokenEndpoint, providerOf } from '../../lambda/core/login/authority.ts'
import { hostOf, isAllowedEndpoint } from '../../lambda/core/login/token-endpoint-hosts.ts'
import type { DeployedHosts } from '../aws/allowed-hosts.ts'
import type { Context } from '../context.ts'
import { CommandError, exitStatus } from '../exit.ts'
import { type Draft, textOf } from './draft.ts'

/** The token endpoint that a login names; undefined: it names none, and goes to the known client's if that is Microsoft's. */
export const namedEndpoint = (draft: Draft): string | undefined => {
  const endpoint = textOf(draft, 'token_endpoint')
  if (endpoint !== undefined) return endpoint
  if (draft.tenant === undefined && draft.cloud === undefined) return undefined
  return entraTokenEndpoint(textOf(draft, 'tenant') ?? 'organizations', isCloud(draft.cloud) ? draft.cloud : 'global')
}

/** It goes to Microsoft Entra, or to what answers as Entra does on this machine. */
export const isEntraLogin = (draft: Draft): boolean =>
  providerOf(namedEndpoint(draft) ?? entraTokenEndpoint('organizations', 'global')).name === 'entra'

const isCloud = (value: unknown): value is Cloud => typeof value === 'string' && Object.hasOwn(clouds, value)

/** For a question: the host that gets the answer. */
export const destinationOf = (draft: Draft): string => hostOf(namedEndpoint(draft) ?? '') ?? 'Microsoft'

/** @throws CommandError that names host and setting, unless the deployment allows the host or there is no endpoint */
export const checkHost = (hosts: DeployedHosts, what: string, endpoint: string | undefined): void => {
  // What is not a URL is refused with the login as a whole.
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
  /** What the tag of the stored client says, which anyone who may tag the secret can write. */
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
