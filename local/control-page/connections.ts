// Which connections sign in as a user or by a client: read from tags, so that the page holds no token.

import { secretName, tags } from '../../lambda/contract.ts'
import type { SecretsManagerService } from '../secrets-manager/service.ts'

export interface Connection {
  readonly name: string
  /** User name of the account. Empty: not known. */
  readonly account: string
  readonly clientId: string
}

/** @param prefix of the deployment */
export const connectionsOf = (secretsManager: SecretsManagerService, prefix: string): readonly Connection[] =>
  secretsManager.namesUnder(secretName(prefix, 'grants', '')).flatMap((name) => {
    const secret = secretsManager.inspect(name)
    if (secret === undefined || secret.deletionAt !== undefined) return []
    const tag = (key: string): string => secret.tags?.get(key) ?? ''
    return [{ name: tag(tags.connection), account: tag(tags.account), clientId: tag(tags.client) }]
  })

export const ofUser = (all: readonly Connection[], userName: string): readonly string[] =>
  all.filter(({ account }) => account.toLowerCase() === userName.toLowerCase()).map(({ name }) => name)

export const ofClient = (all: readonly Connection[], clientId: string): readonly string[] =>
  all.filter((one) => one.clientId === clientId).map(({ name }) => name)
