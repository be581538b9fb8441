// What a person who has just been refused can do at once, by the remedy that the table has for the refusal.

import type { Failure } from './failure.ts'
import { correctPassword } from './remedies.ts'
import { remedyOf } from './remedy-of.ts'

type Refused = Pick<Failure, 'class' | 'code'>

/** User name or password are wrong, so that another password may be accepted. */
export const isWrongPassword = ({ class: name, code }: Refused): boolean => remedyOf(name, code) === correctPassword

/** A sign-in on the provider's own page may be accepted where a password is not: with a second factor, for example. */
export const isHelpedByBrowser = ({ class: name, code }: Refused): boolean => remedyOf(name, code).includes('--browser')
