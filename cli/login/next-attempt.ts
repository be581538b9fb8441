// What the person at the terminal can do at once after a refusal: try again, type the password again, or sign in with a browser.

import type { BootstrapAnswer } from '../../lambda/contract.ts'
import { isHelpedByBrowser, isWrongPassword } from '../../lambda/core/failures/failure-table.ts'
import { Refusal } from '../aws/refusal.ts'
import type { Context } from '../context.ts'
import { attempt, type HandingOver, needsSignIn } from './attempt.ts'
import { isEntraLogin } from './destination.ts'
import type { Draft } from './draft.ts'
import { serverOf } from './provider.ts'
import { askPassword } from './questions.ts'

export interface Attempting extends HandingOver {
  /** The person has typed the password, so that it can be typed again. */
  readonly passwordTyped: boolean
}

/** As many as sudo. Providers lock an account only after several more. */
const mostPasswords = 3

/** Never sends a password twice without a question. */
export const attemptUntilAccepted = async (context: Context, first: Attempting): Promise<BootstrapAnswer> => {
  let login = first.login
  for (let passwords = 1; ; passwords++) {
    try {
      return await attempt(context, { ...first, login })
    } catch (error) {
      const canTypeAgain = first.passwordTyped && passwords < mostPasswords
      const next = context.terminal.canAsk
        ? await nextLogin(context, { error, canTypeAgain, handing: { ...first, login } })
        : undefined
      if (next === undefined) throw error
      login = next
    }
  }
}

interface Refused {
  readonly error: unknown
  readonly canTypeAgain: boolean
  readonly handing: HandingOver
}

/** @returns the login to hand over next; undefined when there is nothing to try, or the person does not want to */
const nextLogin = async (context: Context, { error, canTypeAgain, handing }: Refused): Promise<Draft | undefined> => {
  const { login } = handing
  if (!(error instanceof Refusal) || needsSignIn(login)) return undefined
  const { terminal } = context
  const { class: name, code } = error
  // A refusal is a judgement even if its class is passing: the command does not send a password again after it.
  if (['transient', 'throttled'].includes(name) && error.isUnjudged) {
    terminal.note(`${error.message}\n${error.problem.remedy ?? ''}`)
    const wanted = await terminal.confirm({ message: 'Try again now?', instead: '', default: true })
    return wanted ? login : undefined
  }
  if (login.grant_type !== 'password') return undefined
  if (isWrongPassword({ class: name, code }) && canTypeAgain) {
    terminal.note(`${error.message}\n${lockOut(login)}`)
    return { ...login, password: (await askPassword(context, login)).reveal() }
  }
  if (isHelpedByBrowser({ class: name, code }) && hasSignInPage(handing)) {
    terminal.note(error.message)
    const wanted = await terminal.confirm({ message: 'Sign in with a browser now?', instead: '', default: true })
    return wanted ? withoutPassword(login) : undefined
  }
  return undefined
}

/** Smart lockout of Microsoft Entra: the first lock lasts a minute, later ones longer. */
const lockOut = (login: Draft): string =>
  isEntraLogin(login)
    ? 'Every wrong password counts: Microsoft locks the account after 10 of them, or fewer where the tenant says so.'
    : 'Every wrong password counts: after some of them the provider locks the account.'

const hasSignInPage = ({ login, options }: HandingOver): boolean =>
  serverOf(login, options).authorization_endpoint !== undefined

/** The user name stays, as a hint for the page. */
const withoutPassword = ({ password: _, ...login }: Draft): Draft => ({ ...login, grant_type: 'authorization_code' })
