// `explain`: class, meaning, remedy and runbook section of a code, from the failure table alone.

import { defaultRunbookUrl, type FailureClass, runbookLink } from '../../lambda/contract.ts'
import {
  type Explained,
  type Explanation,
  explainCode,
  knownCodes,
  remedyFor,
} from '../../lambda/core/failures/failure-table.ts'
import { nearest } from '../../lib/settings/did-you-mean.ts'
import type { Action, Context } from '../context.ts'
import { CommandError } from '../exit.ts'
import { plain } from '../terminal/printable.ts'

export const explainFailure =
  (given: string): Action =>
  async ({ terminal }) => {
    // As the tag of a connection has it: `reauthorize AADSTS50173`.
    const explained = explainCode(
      given
        .trim()
        .split(/[\s:]+/)
        .at(-1) ?? '',
    )
    if (explained === undefined) throw unknown(given)
    const { code, meaning, explanations } = explained
    return {
      text: textOf(explained, terminal.colors),
      json: {
        code,
        meaning: meaning ?? null,
        explanations: explanations.map((one) => ({
          class: one.class,
          grant: one.grant ?? null,
          remedy: remedyFor(one, {}),
          runbook: runbookOf(one.class),
        })),
      },
    }
  }

const textOf = ({ code, meaning, explanations }: Explained, { bold }: Context['terminal']['colors']): string => {
  const title = meaning === undefined ? bold(code) : `${bold(code)}: ${meaning}`
  return [title, ...explanations.map(paragraph)].join('\n\n')
}

const paragraph = (one: Explanation): string => {
  const when = one.grant === undefined ? '' : ` (${grants[one.grant]})`
  return [`Class    ${one.class}${when}`, `Remedy   ${remedyFor(one, {})}`, `Runbook  ${runbookOf(one.class)}`].join(
    '\n',
  )
}

const grants: Readonly<Record<NonNullable<Explanation['grant']>, string>> = {
  password: 'in a sign-in with a password',
  refresh_token: 'of a refresh',
  authorization_code: 'in a sign-in with a browser',
  device_code: 'in a sign-in with a device code',
}

const runbookOf = (name: FailureClass): string => runbookLink(defaultRunbookUrl, name)

const unknown = (given: string): CommandError => {
  const near = nearest(given, knownCodes)
  return new CommandError({
    code: 'CodeNotKnown',
    message: `no table has the code "${plain(given)}"`,
    remedy: near === undefined ? ofProvider : `The nearest known code is ${near}.`,
    runbook: runbookOf('refused'),
  })
}

const ofProvider =
  "If the provider has answered with it, its class is refused: read the provider's documentation of it."
