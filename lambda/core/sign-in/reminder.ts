// When people are reminded of a sign-in that a connection still needs, and which failures a sign-in mends.

import { type FailureClass, signInReminderDays, tags } from '../../contract.ts'
import { day } from '../milliseconds.ts'
import { readNotified } from '../tags/notified.ts'
import type { FailureState, Tags } from '../tags/status.ts'

const mended: readonly FailureClass[] = ['reauthorize', 'policy', 'account']

/** Whether the owner of the account ends this failure by signing in again. */
export const isMendedBySignIn = (failureClass: FailureClass): boolean => mended.includes(failureClass)

/**
 * The value of the tag `reminded` after the reminder that is due now; undefined: none is due. A missed reminder is not
 * sent later beside the next one, and none comes before the first message.
 */
export const dueReminder = (
  all: Tags,
  { class: name, status, since }: Pick<FailureState, 'class' | 'status' | 'since'>,
  now: number,
): string | undefined => {
  if (status !== 'action-required' || !isMendedBySignIn(name)) return undefined
  if (readNotified(all[tags.told]).state !== 'action-required') return undefined
  const days = signInReminderDays.findLast((after) => now >= since.getTime() + after * day)
  const mark = `${since.toISOString()} ${days}`
  return days === undefined || all[tags.reminded] === mark ? undefined : mark
}
