// A remedy as a person reads it: with the names of what it is about, and always with a command to type.

import type { Failure } from './failure.ts'

export interface RemedyNames {
  readonly connection?: string | undefined
  /** The client id, or its name in Secrets Manager where that is all that is known. */
  readonly client?: string | undefined
}

/** What is not known stays a placeholder: `token-refresher bootstrap <connection>`. */
export const remedyFor = ({ remedy }: Pick<Failure, 'remedy'>, names: RemedyNames): string =>
  withNames(completed(remedy, 'Then run token-refresher refresh <connection>.'), names)

/**
 * The same for an attempt that a person has started, and so the refresher does not repeat: what passes by itself has to be
 * started again.
 */
export const remedyOfAttempt = ({ remedy }: Pick<Failure, 'remedy'>, names: RemedyNames): string =>
  withNames(
    remedy.startsWith('Nothing to do;')
      ? startAgain
      : completed(remedy, 'Then run token-refresher bootstrap <connection> again.'),
    names,
  )

const startAgain = 'Wait some minutes, then run token-refresher bootstrap <connection> again.'

/** What is mended elsewhere is found within the hour, and at once with the command. What passes by itself needs none. */
const completed = (remedy: string, command: string): string =>
  /^(Nothing to do|Wait)\b|token-refresher /.test(remedy) ? remedy : `${remedy} ${command}`

export const withNames = (text: string, { connection, client }: RemedyNames): string =>
  [
    ['<connection>', connection],
    ['<client id>', client],
  ].reduce((all, [placeholder = '', name]) => (name ? all.replaceAll(placeholder, () => typed(name)) : all), text)

/** As a shell takes it for one word. */
const typed = (name: string): string => (/^[\w.:/@%+=-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`)
