// A statement of a policy: decoded once, then asked whether it applies to a request.

import * as v from 'valibot'
import type { Context } from '../secrets-manager/access.ts'
import { type Condition, holds, readCondition } from './conditions.ts'
import { matches, matchesArn } from './wildcards.ts'

export interface Statement {
  readonly sid: string | undefined
  readonly effect: 'Allow' | 'Deny'
  /** AWS principals: ARNs, account ids, `*`. Undefined in a policy of a role, which is about the role itself. */
  readonly principals: readonly string[] | undefined
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  readonly conditions: readonly Condition[]
}

/** The request that a statement is tested against. */
export interface Asked {
  readonly action: string
  readonly resource: string
  readonly context: Context
}

const list = v.pipe(
  v.union([v.string(), v.array(v.string())]),
  v.transform((given) => [given].flat()),
)
const values = v.pipe(
  v.union([v.string(), v.boolean(), v.array(v.union([v.string(), v.boolean()]))]),
  v.transform((given) => [given].flat().map(String)),
)

/** Strict: an unknown element (NotAction, NotResource, NotPrincipal) is an error and is not ignored. */
const schema = v.strictObject({
  Sid: v.optional(v.string()),
  Effect: v.picklist(['Allow', 'Deny']),
  Principal: v.optional(
    v.union([v.literal('*'), v.strictObject({ AWS: v.optional(list, []), Service: v.optional(list, []) })]),
  ),
  Action: list,
  Resource: list,
  Condition: v.optional(v.record(v.string(), v.record(v.string(), values)), {}),
})
const document = v.looseObject({ Statement: v.array(schema) })

/**
 * @param policy a policy document without intrinsic functions
 * @throws Error that names an element that this code does not know
 */
export const readStatements = (policy: unknown): readonly Statement[] => {
  const parsed = v.safeParse(document, policy)
  if (!parsed.success) {
    const problems = parsed.issues.map((issue) => `${v.getDotPath(issue) ?? 'the document'}: ${issue.message}`)
    throw new Error(`a policy is not understood: ${problems.join('; ')}`)
  }
  return parsed.output.Statement.map(({ Sid, Effect, Principal, Action, Resource, Condition }) => ({
    sid: Sid,
    effect: Effect,
    principals: Principal === '*' ? ['*'] : Principal?.AWS,
    actions: Action,
    resources: Resource,
    conditions: Object.entries(Condition).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, wanted]) => readCondition(operator, key, wanted)),
    ),
  }))
}

/** Whether a statement applies to this action and resource, for any caller. */
export const applies = (statement: Statement, { action, resource, context }: Asked): boolean =>
  statement.actions.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
  statement.resources.some((pattern) => matchesArn(pattern, resource)) &&
  statement.conditions.every((condition) => holds(condition, context))

/** The same statements, without one action in one of them. */
export const withoutAction = (statements: readonly Statement[], sid: string, action: string): readonly Statement[] => {
  const found = statements.find((statement) => statement.sid === sid && statement.actions.includes(action))
  if (found === undefined) throw new Error(`there is no statement ${sid} with the action ${action}`)
  const rest = { ...found, actions: found.actions.filter((other) => other !== action) }
  return statements.map((statement) => (statement === found ? rest : statement))
}
