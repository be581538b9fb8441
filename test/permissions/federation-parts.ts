// What both functions do for a client that has a federated credential and no client secret.

import { entraFederationAudience } from '../../lambda/contract.ts'
import { expectPublished } from './bootstrap-parts.ts'
import type { Part } from './part.ts'
import { minute, type World } from './world.ts'

const federate = ({ entra, account, login, roleArns }: World): void => {
  account.enabled = true
  for (const subject of roleArns) {
    entra.addFederatedCredential(login.client_id, {
      issuer: account.issuer,
      subject,
      audience: entraFederationAudience,
    })
  }
}

export const federationParts: readonly Part[] = [
  {
    name: 'a bootstrap and a refresh without a client secret',
    run: async (world) => {
      federate(world)
      await world.connect('a', { client_secret: undefined, token_endpoint_auth_method: 'aws_web_identity' })
      expectPublished(world, 'a', 1)
      world.clock.advance(90 * minute)
      await world.refresh()
      expectPublished(world, 'a', 2)
    },
  },
]
