// What a person can do to the provider itself.

import { type Action, nextRefresh } from './action.ts'
import { oddAnswerOf } from './odd-answers.ts'
import { asUsual, troubles } from './troubles.ts'

const trouble: Action = ({ provider, connections }, { field }) => {
  const name = field('trouble')
  const chosen = troubles.find((one) => one.name === name)
  if (chosen === undefined) throw new Error('there is no such trouble')
  provider.choose(chosen)
  const names = connections().map((one) => one.name)
  return [
    `${chosen.says}.`,
    ...(chosen === asUsual ? [] : ['It lasts until you choose otherwise here.']),
    ...nextRefresh(names, chosen.next),
  ]
}

const oddAnswer: Action = ({ provider, connections }, { field }) => {
  const chosen = oddAnswerOf(field('answer'))
  if (chosen === undefined) throw new Error('there is no such answer')
  provider.answerOnce(chosen)
  const [first = '<connection>'] = connections().map((one) => one.name)
  const { trouble } = provider
  return [
    `One token request, the next, is answered like this: ${chosen.name}.`,
    trouble === asUsual
      ? `See it now: token-refresher refresh ${first}`
      : `It may be hidden as long as this is chosen: ${trouble.says.toLowerCase()}.`,
  ]
}

export const providerActions = { trouble, 'odd-answer': oddAnswer } as const satisfies Readonly<Record<string, Action>>
