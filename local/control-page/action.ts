// An action of the control page: what it changes, and the text that it shows.

import type { Entra } from '../entra/service.ts'
import type { Connection } from './connections.ts'
import type { Provider } from './provider.ts'

export interface World {
  readonly entra: Entra
  readonly provider: Provider
  readonly connections: () => readonly Connection[]
  /** Of new clients. */
  readonly redirectUris: readonly string[]
}

/** The lines that the page shows after an action. Only these lines may contain a password or a client secret. */
export type Notice = readonly string[]

export interface Form {
  /** @throws Error when the field is empty */
  readonly field: (name: string) => string
  readonly isChecked: (name: string) => boolean
}

export type Action = (world: World, form: Form) => Notice

const mostNamed = 5

/** @param happens to the next refresh, such as `is refused: AADSTS50057` @param names of the connections that it concerns */
export const nextRefresh = (names: readonly string[], happens: string): Notice => {
  if (names.length === 0) return ['This concerns no connection yet.']
  const shown = names.slice(0, mostNamed)
  const more = names.length - shown.length
  return [
    `The next refresh of ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''} ${happens}.`,
    `See it now: token-refresher refresh ${shown.join(' ')}`,
  ]
}

export const firstTenant = (entra: Entra): string => {
  const [tenant] = entra.directory.tenants
  if (tenant === undefined) throw new Error('there is no tenant')
  return tenant.id
}
