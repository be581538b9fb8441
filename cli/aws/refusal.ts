// The refusals of a function: as an error, which both functions write as `class code: what to do`, or as an answer.

import {
  type ClientRefusal,
  defaultRunbookUrl,
  type FailureClass,
  failureClasses,
  runbookLink,
} from '../../lambda/contract.ts'
import { meaningOf } from '../../lambda/core/failures/failure-table.ts'
import { CommandError, type ExitStatus, exitStatus, type Problem } from '../exit.ts'

const worded = /^(\S+) (\S+): (.+)$/s

/** No person has to act on these classes: the next attempt may succeed. */
const passing: readonly string[] = ['transient', 'throttled', 'store']

export const isPassing = ({ class: name }: Pick<ClientRefusal['refused'], 'class'>): boolean => passing.includes(name)

/** What the function says of the login. The command says itself what became of it (cli/login/hand-over.ts). */
const ofLogin =
  /^(The login is kept|The sign-in is not complete yet|Whether the login was tried|The refresh token that arrived is kept)[^.]*\. /

interface RefusedProblem extends Problem {
  readonly class: FailureClass
  readonly code: string
}

/** A refusal of a function. */
export class Refusal extends CommandError {
  /** The provider has not judged the login, so the command may hand it over again. */
  readonly isUnjudged: boolean
  readonly class: FailureClass
  readonly code: string

  constructor(isUnjudged: boolean, problem: RefusedProblem, status: ExitStatus) {
    super(problem, status)
    this.isUnjudged = isUnjudged
    this.class = problem.class
    this.code = problem.code
  }
}

interface Thrown {
  readonly errorType: string
  readonly errorMessage: string
}

/**
 * @param name of the function
 * @param signedInAs the user name of who signed in, where that was another account than the connection's
 */
export const refusal = (thrown: Thrown, name: string, signedInAs?: string) => {
  const [, className, code, remedy] = worded.exec(thrown.errorMessage) ?? []
  const known = failureClasses.find((one) => one === className)
  if (known === undefined || code === undefined || remedy === undefined) {
    return new CommandError({
      code: thrown.errorType,
      message: `${name} failed: ${thrown.errorType}: ${thrown.errorMessage}`,
      remedy: `Read its log: aws logs tail /aws/lambda/${name}`,
    })
  }
  const meaning = meaningOf(code)
  const who = signedInAs === undefined ? '' : ` (signed in as ${signedInAs})`
  const message = `refused: ${known} ${code}${meaning === undefined ? '' : `, ${meaning}`}${who}`
  return new Refusal(
    /^(The login is kept|Whether the login)/.test(remedy),
    {
      class: known,
      code,
      message,
      remedy: remedy.replace(ofLogin, ''),
      runbook: runbookLink(defaultRunbookUrl, known),
    },
    statusOf({ class: known }),
  )
}

/**
 * A refusal that the function has given as an answer.
 *
 * @param who was refused, in words
 */
export const refusalOf = (who: string, { class: name, code, remedy }: ClientRefusal['refused']): Refusal => {
  const meaning = meaningOf(code)
  const message = `${who} was refused: ${name} ${code}${meaning === undefined ? '' : `, ${meaning}`}`
  const runbook = runbookLink(defaultRunbookUrl, name)
  return new Refusal(false, { class: name, code, message, remedy, runbook }, statusOf({ class: name }))
}

const statusOf = (refused: Pick<ClientRefusal['refused'], 'class'>): ExitStatus =>
  isPassing(refused) ? exitStatus.failed : exitStatus.actionRequired
