// A sign-in that the provider has refused, judged by the same table as every other refusal. Descriptions are not shown.

import { defaultRunbookUrl, runbookLink } from '../../lambda/contract.ts'
import { classifyReply, type GrantType } from '../../lambda/core/failures/classify.ts'
import { meaningOf, remedyOfAttempt } from '../../lambda/core/failures/failure-table.ts'
import { CommandError, exitStatus } from '../exit.ts'
import { plain } from '../terminal/printable.ts'

/** @param answer `error`, and `error_description` if the provider sent one */
export const refusedSignIn = (answer: URLSearchParams, grant: GrantType = 'authorization_code'): CommandError => {
  const body = JSON.stringify(Object.fromEntries([...answer].map(([key, value]) => [key, plain(value)])))
  const failure = classifyReply({ kind: 'answer', status: 400, body, receivedAt: 0 }, grant)
  const { class: name, code } = failure
  const remedy = remedyOfAttempt(failure, {})
  const meaning = meaningOf(code)
  const message = `the sign-in was refused: ${name} ${code}${meaning === undefined ? '' : `, ${meaning}`}`
  return new CommandError(
    { class: name, code, message, remedy, runbook: runbookLink(defaultRunbookUrl, name) },
    exitStatus.actionRequired,
  )
}
