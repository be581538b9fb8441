// Announces one publication that may have to be handed on, and says in a tag that this was done.

import { changedAnnouncedTag } from '../../core/tags/changed.ts'
import { type Announcement, type Dependencies, StoreFailure } from '../../ports.ts'
import type { PublishedChange } from '../secrets/publish.ts'

type Ports = Pick<Dependencies, 'store' | 'events' | 'telemetry' | 'clock' | 'settings'>

export interface Publication {
  readonly connection: string
  readonly change: PublishedChange
  /** What apps read now. @default the generation of the change */
  readonly generation?: number
}

/** Sent to the deployment's event bus, where no rule of the deployment turns it into a mail. */
export const publishedAnnouncement = (
  { settings, clock }: Pick<Ports, 'settings' | 'clock'>,
  { connection, change, generation = change.generation }: Publication,
): Announcement => ({
  name: 'Connection Published',
  detail: {
    prefix: settings.prefix,
    connection,
    client: change.client,
    since: new Date(clock.now()).toISOString(),
    secret: change.secret,
    generation,
    changed: change.keys,
    runbook: settings.runbookUrl,
  },
})

/** @throws StoreFailure when it was not announced, or the tag does not say so: a later tick announces it again */
export const announcePublication = async (ports: Ports, publication: Publication): Promise<void> => {
  const announcement = publishedAnnouncement(ports, publication)
  await ports.events.announce([announcement])
  ports.telemetry.announced(announcement)
  await noteAnnounced(ports, publication)
}

export const noteAnnounced = async (
  { store }: Pick<Ports, 'store'>,
  { connection, change: { isNoted, generation } }: Publication,
): Promise<void> => {
  if (isNoted) await store.tag({ room: 'grants', name: connection }, changedAnnouncedTag(generation))
}

/** For a use case that has succeeded whether or not this does. */
export const announcePublicationAside = async (ports: Ports, publication: Publication): Promise<void> => {
  try {
    await announcePublication(ports, publication)
  } catch (error) {
    if (!(error instanceof StoreFailure)) throw error
    ports.telemetry.storeFailed({ task: 'announce', name: publication.connection, failure: error.failure })
  }
}
