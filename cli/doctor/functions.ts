// The two functions: deployed, and without errors of their own.

import { functionNames } from '../../lambda/contract.ts'
import type { Context } from '../context.ts'
import { day, fromNow } from '../terminal/times.ts'
import { attention, type Check, counted, well } from './check.ts'
import { logEvents } from './logs.ts'

export const deployment: Check = {
  name: 'deployment',
  essential: true,
  look: async (context) => {
    const names = Object.values(functionNames(context.prefix))
    const client = await context.aws.lambda()
    const sdk = await import('@aws-sdk/client-lambda')
    const states: string[] = []
    for (const FunctionName of names) {
      const command = new sdk.GetFunctionConfigurationCommand({ FunctionName })
      const state = await client.send(command, { abortSignal: context.interrupted }).then(
        ({ State }) => State ?? 'Active',
        (error: unknown) => {
          if (error instanceof sdk.ResourceNotFoundException) return 'missing'
          throw error
        },
      )
      if (state !== 'Active') states.push(`${FunctionName} is ${state.toLowerCase()}`)
    }
    if (states.length === 0) return well(names.join(' and '))
    return attention(states.join(', '), 'Deploy with cdk deploy, or say which deployment with --prefix and --region.')
  },
}

/** As Lambda logs what a function has thrown, and what it has ended itself. */
const pattern = '?"Invoke Error" ?"Task timed out" ?"Runtime."'

export const errors: Check = {
  name: 'errors',
  look: async (context) => {
    const findings: string[] = []
    for (const name of Object.values(functionNames(context.prefix))) {
      const events = await logEvents(context, `/aws/lambda/${name}`, { pattern, since: context.now() - day })
      const last = events.at(-1)
      if (last === undefined) continue
      const when = fromNow(new Date(last.at), context.now())
      findings.push(`${name}: ${counted(events.length, 'error')} in a day, the last ${when}${kindOf(last.message)}`)
    }
    return findings.length === 0
      ? well('none in a day')
      : attention(findings.join('; '), `Read more with: aws logs tail ${logGroup(context)} --since 1d`)
  },
}

const logGroup = ({ prefix }: Context): string => `/aws/lambda/${functionNames(prefix).refresh}`

/** The name of the error and nothing else of the line. */
const kindOf = (message: string): string => {
  const kind = /"errorType":\s*"(\w+)"|(Task timed out)|(Runtime\.\w+)|\b([A-Z]\w*(?:Error|Failure|Refused))\b/.exec(
    message,
  )
  const name = kind?.slice(1).find((part) => part !== undefined)
  return name === undefined ? '' : ` (${name})`
}
