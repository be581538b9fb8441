// Events to the deployment's own event bus, through the AWS SDK.

import { EventBridgeClient, type EventBridgeClientConfig, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { events as names } from '../contract.ts'
import { storeFailure } from '../core/failures/failure-table.ts'
import { type Announcement, type Events, StoreFailure } from '../ports.ts'
import { awsClientDefaults } from './aws-client.ts'
import { throwStoreFailure } from './store-errors.ts'

/** PutEvents takes this many in one call (its API reference). */
const mostEntries = 10

/** @param bus name of the event bus */
export const eventBridgeEvents = (bus: string, configuration: EventBridgeClientConfig = {}): Events => {
  // Most ticks send no event, so the client is made for the first event.
  let client: EventBridgeClient | undefined
  const send = async (announcements: readonly Announcement[]): Promise<void> => {
    client ??= new EventBridgeClient({
      maxAttempts: 3,
      ...awsClientDefaults(),
      ...configuration,
    })
    const Entries = announcements.map(({ name, detail }) => ({
      EventBusName: bus,
      Source: names.source,
      DetailType: name,
      Detail: JSON.stringify(detail),
    }))
    const answer = await client.send(new PutEventsCommand({ Entries })).catch(throwStoreFailure)
    const refused = answer.Entries?.find(({ ErrorCode }) => ErrorCode !== undefined)
    if (refused !== undefined) throw new StoreFailure(storeFailure(refused.ErrorCode ?? 'unknown'), true)
  }
  return {
    announce: async (announcements) => {
      for (let from = 0; from < announcements.length; from += mostEntries) {
        await send(announcements.slice(from, from + mostEntries))
      }
    },
  }
}
