// A remedy as a person reads it: with the names of what it is about in the commands to type.

import type { Failure } from './failure.ts'

export interface RemedyNames {
  readonly connection?: string | undefined
  /** The client id, or its name in Secrets Manager where that is all that is known. */
  readonly client?: string | undefined
}

/** What is not known stays a placeholder: `token-refresher bootstrap <connection>`. */
export const remedyFor = ({ remedy }: Pick<Failure, 'remedy'>, { connection, client }: RemedyNames): string =>
  [
    ['<connection>', connection],
    ['<client id>', client],
  ].reduce((text, [placeholder = '', name]) => (name ? text.replaceAll(placeholder, () => typed(name)) : text), remedy)

/**
 * The same for an attempt that a person has started, and so the refresher does not repeat: what passes by itself has to be
 * started again.
 */
export const remedyOfAttempt = (failure: Pick<Failure, 'remedy'>, names: RemedyNames): string =>
  remedyFor(failure.remedy.startsWith('Nothing to do;') ? { remedy: startAgain } : failure, names)

const startAgain = 'Wait some minutes, then run token-refresher bootstrap <connection> again.'

/** As a shell takes it for one word. */
const typed = (name: string): string => (/^[\w.:/@%+=-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`)
