// How the command ends: its exit statuses, and the errors that lead to them.

import { type RemedyNames, withNames } from '../lambda/core/failures/failure-table.ts'

/** 0: done. 1: failed. 2: wrong usage. 3: done or refused, and a person has to act. 130: stopped by Ctrl-C. */
export const exitStatus = { done: 0, failed: 1, usage: 2, actionRequired: 3, interrupted: 130 } as const
export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus]

/** The parts of an error that the command shows, as words or JSON. None contains the value of a secret. */
export interface Problem {
  /** What failed, and where. */
  readonly message: string
  /** What to do about it, in a sentence. */
  readonly remedy?: string
  readonly class?: string
  readonly code?: string
  /** Heading of the runbook. */
  readonly runbook?: string
}

/** An expected end other than success. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly problem: Problem
  readonly exitStatus: ExitStatus

  constructor(problem: Problem, status: ExitStatus = exitStatus.failed) {
    super(problem.message)
    this.problem = problem
    this.exitStatus = status
  }

  /** The same problem, with the names filled into the command of its remedy. */
  named(names: RemedyNames): CommandError {
    const { remedy } = this.problem
    return remedy === undefined
      ? this
      : new CommandError({ ...this.problem, remedy: withNames(remedy, names) }, this.exitStatus)
  }
}

export const wrongUsageCode = 'WrongUsage'

export const wrongUsage = (message: string, remedy?: string): CommandError =>
  new CommandError({ code: wrongUsageCode, message, ...(remedy !== undefined && { remedy }) }, exitStatus.usage)

/** Ctrl-C, at a question or anywhere else. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}
