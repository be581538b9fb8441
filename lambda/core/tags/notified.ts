// The tag with the last state that people were notified of, so that each change is reported once.

export type NotifiedState = 'healthy' | 'action-required' | 'delayed'

export interface Notified {
  /** Undefined: nothing was reported yet, or the tag cannot be read. */
  readonly state: NotifiedState | undefined
  /** `class:code` of each reason, the oldest first. Empty: written by a version that did not keep reasons. */
  readonly reasons: readonly string[]
}

const states: readonly NotifiedState[] = ['healthy', 'action-required', 'delayed']

export const readNotified = (text: string | undefined): Notified => {
  const [first, ...reasons] = (text ?? '').split(' ')
  return { state: states.find((state) => state === first), reasons }
}

/** Whether people were notified of this already. A delay counts as reported for any reason. */
export const wasNotified = ({ state, reasons }: Notified, wanted: NotifiedState, reason: string): boolean => {
  if (state !== wanted) return state === 'action-required' && wanted === 'delayed'
  return wanted !== 'action-required' || reasons.length === 0 || reasons.includes(reason)
}

/** The longest tag value that Secrets Manager accepts. */
const longestValue = 256

/** The tag's value once this is reported too. Each reason is reported once until the connection is healthy again. */
export const notifiedValue = (before: Notified, state: NotifiedState, reason: string): string => {
  if (state === 'healthy') return state
  const reasons = before.state === state ? [...before.reasons, reason] : [reason]
  while (tagOf(state, reasons).length > longestValue && reasons.length > 1) reasons.shift()
  return tagOf(state, reasons).slice(0, longestValue)
}

const tagOf = (state: NotifiedState, reasons: readonly string[]): string => [state, ...reasons].join(' ')
