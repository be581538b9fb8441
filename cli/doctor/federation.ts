// Federated clients: both functions get web identity tokens, and the issuer and the role are those that Microsoft accepted.

import type { FederationAnswer } from '../../lambda/contract.ts'
import { invokeFederation } from '../aws/invoke.ts'
import { type ShownClient, shownClient } from '../status/connection.ts'
import { attention, type Check, counted, some, well } from './check.ts'
import type { Rooms } from './rooms.ts'

interface Federated {
  readonly name: string
  readonly trusted: NonNullable<ShownClient['federated']>
}

export const federation: Check = {
  name: 'federation',
  look: async (context, rooms) => {
    const federated = await federatedClients(rooms)
    const [first] = federated
    if (first === undefined) return well('no client is federated')
    const event = { client: first.name, federation: 'describe' } as const
    const described: FederationAnswer[] = []
    for (const by of ['refresh', 'bootstrap'] as const) {
      const answer = await invokeFederation(context, by, event)
      if ('refused' in answer) {
        const { class: kind, code, remedy } = answer.refused
        return attention(`the ${by} function gets no web identity token: ${kind} ${code}`, remedy)
      }
      described.push(answer)
    }
    const others = federated.filter(({ trusted }) => !described.some((now) => isSame(trusted, now)))
    return others.length === 0
      ? well(`${counted(federated.length, 'client')}, trusting ${first.trusted.subject}`)
      : attention(
          `federated for another issuer or role than those of this deployment: ${some(others.map(({ name }) => name))}`,
          'Add the federated credentials that this shows: token-refresher client federate <client_id>',
        )
  },
}

const federatedClients = async (rooms: Rooms): Promise<readonly Federated[]> =>
  (await rooms.clients())
    .map(shownClient)
    .flatMap(({ name, federated: trusted }) => (trusted ? [{ name, trusted }] : []))

/** Microsoft compares them letter for letter. */
const isSame = (trusted: Federated['trusted'], now: FederationAnswer): boolean =>
  trusted.issuer === now.issuer && trusted.subject === now.subject
