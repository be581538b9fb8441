// Parses the error of a function, which both functions write as `class code: what to do`.

import { defaultRunbookUrl, type FailureClass, failureClasses, runbookLink } from '../../lambda/contract.ts'
import { meaningOf } from '../../lambda/core/failures/failure-table.ts'
import { CommandError, type ExitStatus, exitStatus, type Problem } from '../exit.ts'

const worded = /^(\S+) (\S+): (.+)$/s

/** No person has to act on these classes: the next attempt may succeed. */
const passing: readonly string[] = ['transient', 'throttled', 'store']

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
    passing.includes(known) ? exitStatus.failed : exitStatus.actionRequired,
  )
}
