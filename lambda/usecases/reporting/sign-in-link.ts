// The link to sign in of a message, if the deployment makes links and a sign-in helps.

import type { EventDetail } from '../../contract.ts'
import { messageLinkDays } from '../../core/sign-in/link.ts'
import { isMendedBySignIn } from '../../core/sign-in/reminder.ts'
import { type Announcement, type Dependencies, type EventName, type StoredEntry, StoreFailure } from '../../ports.ts'
import { BootstrapRefused } from '../login/bootstrap-refused.ts'
import { linkForMessage } from '../sign-in/make-link.ts'

const withLink: readonly EventName[] = ['Connection Action Required', 'Connection Sign-In Reminder']

/** If the link cannot be made, the message is sent without it. */
export const withSignInLink = async (
  dependencies: Dependencies,
  announcement: Announcement,
  entry: StoredEntry,
): Promise<Announcement> => {
  const { macs, telemetry } = dependencies
  if (macs === undefined || !isSignInAsked(announcement)) return announcement
  try {
    const { link, account } = await linkForMessage(dependencies, entry, messageLinkDays)
    const sign_in_as = account ?? ownerOfTheAccount
    return { ...announcement, detail: { ...announcement.detail, sign_in_link: link, sign_in_as } }
  } catch (error) {
    if (!(error instanceof BootstrapRefused || error instanceof StoreFailure)) throw error
    telemetry.storeFailed({ task: 'make a link to sign in', name: entry.name, failure: error.failure })
    return announcement
  }
}

const ownerOfTheAccount = 'the owner of the account'

/** A sign-in before the known end renews a grant. Only an operator ends a pause. */
const isSignInAsked = ({ name, detail }: Announcement): boolean =>
  (withLink.includes(name) && isSignInHelping(detail)) ||
  (name === 'Connection Ending' && detail.code === 'connection_ending')

const isSignInHelping = ({ class: name }: Pick<EventDetail, 'class'>): boolean =>
  name !== undefined && isMendedBySignIn(name)
