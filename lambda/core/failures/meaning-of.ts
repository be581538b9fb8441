// What a code means, in a phrase for people. The remedy says what to do.

import type { FailureClass } from '../../contract.ts'
import { aadsts } from './aadsts.ts'
import { errorKeyOf } from './errors.ts'
import { rowOf } from './look-up.ts'
import { storeMeanings } from './meanings/store.ts'
import { familyMeanings, transportMeanings } from './meanings/transports.ts'
import { graphMeanings, ownMeanings, wordMeanings } from './meanings/words.ts'

/** @returns undefined if no table knows the code */
export const meaningOf = (code: string): string | undefined => {
  const number = /^AADSTS([1-9]\d*)$/.exec(code)?.[1]
  if (number !== undefined) return rowOf(aadsts, number)?.meaning
  return (
    rowOf(ownMeanings, code) ??
    rowOf(graphMeanings, code) ??
    rowOf(wordMeanings, errorKeyOf(code) ?? code) ??
    rowOf(transportMeanings, code) ??
    rowOf(storeMeanings, code) ??
    familyMeanings.find(([prefix]) => code.startsWith(prefix))?.[1] ??
    ofStatus(code)
  )
}

const ofStatus = (code: string): string | undefined => {
  if (code === 'http_429') return 'too many requests'
  if (/^http_5\d\d$/.test(code)) return 'the provider, or what stands before it, has failed'
  return /^http_[34]\d\d$/.test(code)
    ? 'refused without a word, maybe by something in front of the provider'
    : undefined
}

export const meaningOfClass: Readonly<Record<FailureClass, string>> = {
  transient: 'a temporary failure: no answer, or a server error',
  throttled: 'the provider was asked too often',
  reauthorize: 'the grant has ended: the owner of the account has to sign in again',
  policy: 'a second factor or a policy of the tenant blocks the sign-in',
  account: 'the account is disabled, locked or unknown, or its password is wrong',
  client: 'the app registration, its client secret or its consent is refused',
  request: 'tenant, scope, endpoint or a stored secret is wrong',
  refused: 'the provider refuses with a code that this project does not know',
  store: 'a call to Secrets Manager, KMS or IAM failed',
}
