// The services that the functions use, on loopback, and somebody at Entra to log in as.

import { randomUUID } from 'node:crypto'
import type { Clock } from '../../local/clock.ts'
import { startEntra } from '../../local/entra/server.ts'
import { EventBus } from '../../local/event-bus.ts'
import { defaultPlace } from '../../local/iam/role.ts'
import { LoopbackServer } from '../../local/loopback-server.ts'
import { type Authorize, SecretsManagerService } from '../../local/secrets-manager/service.ts'

export type Services = Awaited<ReturnType<typeof startServices>>

export const startServices = async (options: { readonly clock: Clock; readonly authorize: Authorize }) => {
  const secretsManager = new SecretsManagerService({ ...options, ...defaultPlace })
  const eventBus = new EventBus({ ...options, ...defaultPlace })
  const entra = await startEntra({ clock: options.clock })
  const aws = await LoopbackServer.start({
    handle: (request) => eventBus.handle(request) ?? secretsManager.handle(request),
  })
  return {
    secretsManager,
    eventBus,
    entra: entra.entra,
    /** AWS_ENDPOINT_URL: Secrets Manager and EventBridge. */
    awsUrl: aws.url,
    tokenEndpoint: `${entra.url}/organizations/oauth2/v2.0/token`,
    close: async () => {
      await Promise.all([aws.close(), entra.close()])
    },
  }
}

/** A tenant, a client with one secret, and a user; and the login of that user. */
export const addAccess = ({ entra, tokenEndpoint }: Pick<Services, 'entra' | 'tokenEndpoint'>) => {
  const tenant = entra.addTenant({ domains: ['example.com'] })
  const { clientId } = entra.addClient({ tenantId: tenant.id, multiTenant: true })
  const { value, keyId } = entra.addClientSecret(clientId)
  const username = `${randomUUID()}@example.com`
  const { password } = entra.addUser({ tenantId: tenant.id, userName: username })
  const login = {
    token_endpoint: tokenEndpoint,
    client_id: clientId,
    client_secret: value,
    scope: 'Mail.Read offline_access',
    username,
    password,
  }
  return { login, clientSecretKeyId: keyId }
}
