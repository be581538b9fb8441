// A remedy for a person: with the names of connection and client, and always with a command to type.

import type { Failure } from './failure.ts'

export interface RemedyNames {
  readonly connection?: string | undefined
  /** The client id, or its name in Secrets Manager if the id is not known. */
  readonly client?: string | undefined
}

/** An unknown name stays a placeholder: `token-refresher bootstrap <connection>`. */
export const remedyFor = ({ remedy }: Pick<Failure, 'remedy'>, names: RemedyNames): string =>
  withNames(completed(remedy, 'Then run token-refresher refresh <connection>.'), names)

/**
 * The same for an attempt that a person has started. The refresher does not repeat it, so after a passing failure the person has to
 * start it again.
 */
export const remedyOfAttempt = ({ remedy }: Pick<Failure, 'remedy'>, names: RemedyNames): string =>
  withNames(
    remedy.startsWith('Nothing to do;')
      ? startAgain
      : completed(remedy, 'Then run token-refresher bootstrap <connection> again.'),
    names,
  )

const startAgain = 'Wait some minutes, then run token-refresher bootstrap <connection> again.'

/** The refresher notices a repair within the hour, and at once with the command. A passing failure needs no command. */
const completed = (remedy: string, command: string): string =>
  /^(Nothing to do|Wait)\b|token-refresher /.test(remedy) ? remedy : `${remedy} ${command}`

export const withNames = (text: string, { connection, client }: RemedyNames): string =>
  [
    ['<connection>', connection],
    ['<client id>', client],
  ].reduce((all, [placeholder = '', name]) => (name ? all.replaceAll(placeholder, () => typed(name)) : all), text)

/** Quotes a text so that a shell reads it as one word. */
const typed = (name: string): string => (/^[\w.:/@%+=-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`)
