// What a person can do at once after a refusal, derived from the remedy in the table.

import type { Failure } from './failure.ts'
import { correctPassword } from './remedies.ts'
import { remedyOf } from './remedy-of.ts'

type Refused = Pick<Failure, 'class' | 'code'>

/** The user name or the password is wrong, so another password may be accepted. */
export const isWrongPassword = ({ class: name, code }: Refused): boolean => remedyOf(name, code) === correctPassword

/** The provider may accept a sign-in on its own page although it refuses a password, for example with a second factor. */
export const isHelpedByBrowser = ({ class: name, code }: Refused): boolean => remedyOf(name, code).includes('--browser')
