// The two functions: deployed, and without errors of their own.

import * as v from 'valibot'
import { functionNames } from '../../lambda/contract.ts'
import { plain } from '../terminal/printable.ts'
import { day, fromNow } from '../terminal/times.ts'
import { attention, type Check, counted, well } from './check.ts'
import { type LogEvent, logEvents } from './logs.ts'

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
      // Lambda makes a function inactive that nothing has invoked for weeks, and active again when something invokes it.
      if (state !== 'Active' && state !== 'Inactive') states.push(`${FunctionName} is ${state.toLowerCase()}`)
    }
    if (states.length === 0) return well(names.join(' and '))
    return attention(states.join(', '), 'Deploy with cdk deploy, or say which deployment with --prefix and --region.')
  },
}

/** Log lines of Lambda in JSON: an error that a function has thrown, or the end of a run that could not throw. */
const pattern =
  '{ $.level = "ERROR" || $.record.status = "timeout" || $.record.status = "error" || $.record.status = "failure" }'

/** Not a fault of the function: the person who started it got its answer, or the sign-in is not complete yet. */
const refusedBootstrap = 'BootstrapRefused'

export const errors: Check = {
  name: 'errors',
  look: async (context) => {
    const findings: string[] = []
    const groups: string[] = []
    let refused = 0
    for (const name of Object.values(functionNames(context.prefix))) {
      const group = `/aws/lambda/${name}`
      const all = (await logEvents(context, group, { pattern, since: context.now() - day })).map(read)
      const refusals = new Set(all.filter(({ kind }) => kind === refusedBootstrap).map(({ requestId }) => requestId))
      refused += refusals.size
      // Lambda reports the end of the same run on a line of its own.
      const events = all.filter(({ requestId }) => !refusals.has(requestId))
      const last = events.at(-1)
      if (last === undefined) continue
      const runs = new Set(events.map(({ requestId }) => requestId)).size
      const kind = events.findLast((event) => event.kind !== undefined)?.kind
      const when = fromNow(new Date(last.at), context.now())
      findings.push(
        `${name}: ${counted(runs, 'error')} in a day, the last ${when}${kind === undefined ? '' : ` (${kind})`}`,
      )
      groups.push(group)
    }
    return findings.length === 0
      ? well(
          refused === 0
            ? 'none in a day'
            : `none in a day; ${counted(refused, 'bootstrap was', 'bootstraps were')} refused`,
        )
      : attention(findings.join('; '), `Read more with: aws logs tail ${groups[0]} --since 1d`)
  },
}

const thrown = v.object({
  requestId: v.optional(v.string()),
  errorType: v.optional(v.string()),
  /** The error that a function has thrown is nested here. */
  message: v.fallback(v.object({ errorType: v.optional(v.string()), name: v.optional(v.string()) }), {}),
  /** Class names are minified and say nothing, so errors of this project have a field with their name. */
  name: v.optional(v.string()),
  record: v.optional(v.object({ requestId: v.optional(v.string()), status: v.optional(v.string()) }), {}),
})

/** Reads the name of the error and nothing else of the line. */
const read = ({ at, message }: LogEvent) => {
  const parsed = v.safeParse(thrown, parseJson(message))
  if (!parsed.success) return { at, requestId: message, kind: undefined }
  const { requestId, name, errorType, message: nested, record } = parsed.output
  const kind = name ?? nested.name ?? nested.errorType ?? errorType ?? record.status
  return { at, requestId: requestId ?? record.requestId ?? message, kind: kind && plain(kind) }
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
