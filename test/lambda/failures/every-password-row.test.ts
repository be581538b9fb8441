// Every row of the failure table that a password can meet, as the provider's answer to a bootstrap.

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { secretName } from '../../../lambda/contract.ts'
import { classifyReply } from '../../../lambda/core/failures/classify.ts'
import type { Failure } from '../../../lambda/core/failures/failure.ts'
import { aadsts } from '../../../lambda/core/failures/failure-table.ts'
import { type Embedded, embedded } from '../../support/embedded.ts'
import { withoutNetwork } from '../../support/without-network.ts'

const passwordCodes = Object.entries(aadsts)
  .filter(([, row]) => row.grants.includes('password'))
  .map(([code]) => Number(code))

describe('a password that is answered with', () => {
  let stack: Embedded

  beforeAll(async () => {
    stack = await embedded({ reach: withoutNetwork, keep: true })
  })

  afterAll(() => stack.close())

  /** What the embedded provider says for the code, through the classifier. */
  const judged = async (code: number): Promise<Failure> => {
    const clientId = randomUUID()
    stack.entra.answerWith({ code, when: { clientId } })
    const body = new URLSearchParams({
      client_id: clientId,
      grant_type: 'password',
      client_secret: stack.login.client_secret ?? '',
    })
    const answer = await fetch(`${stack.entraUrl}/organizations/oauth2/v2.0/token`, { method: 'POST', body })
    const reply = { kind: 'answer', status: answer.status, body: await answer.text(), receivedAt: 0 } as const
    return classifyReply(reply, 'password')
  }

  const refusalOf = async (connection: string): Promise<Error> => {
    const refusal = await stack.connect(connection).catch((error: unknown) => error)
    if (!(refusal instanceof Error)) throw new Error('the bootstrap was not refused')
    return refusal
  }

  test.each(passwordCodes)('AADSTS%i is refused with class, code and remedy, and sent once', async (code) => {
    const { entra } = stack
    const failure = await judged(code)
    const connection = `code-${code}`
    const before = entra.requests.get('password') ?? 0
    entra.answerWith({ code })
    const { message } = await refusalOf(connection)
    expect(entra.requests.get('password')).toBe(before + 1)
    expect(message).toMatch(new RegExp(`^${failure.class} ${failure.code}: .*\\w{3,}.*\\.$`))
    // The command that started the bootstrap knows the client and names it.
    expect(message).not.toContain('<connection>')
    // An answer ends a login, unless its status says that the provider has not judged the password.
    const kept = stack.secretsManager.inspect(secretName('token-refresher', 'logins', connection)) !== undefined
    expect(kept).toBe(failure.httpStatus === 429 || (failure.httpStatus ?? 0) >= 500)
    expect(stack.leaks(message)).toEqual([])
    expect(message).not.toContain(stack.userName)
  })
})
