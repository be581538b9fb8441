// The permissions as rows: one action on one target for one role.

import { type FunctionName, type Permission, permissions } from '../../lib/permissions/permissions.ts'
import type { Statement } from '../../local/iam/statement.ts'

export interface Row extends Omit<Permission, 'why'> {
  readonly role: FunctionName
}

export const roles = ['refresh', 'bootstrap', 'signIn'] as const satisfies readonly FunctionName[]

/** As lib/permissions/permissions.ts has them. */
export const allRows: readonly Row[] = roles.flatMap((role) =>
  permissions[role].map(({ action, on }) => ({ role, action, on })),
)

export const nameOf = ({ role, action, on }: Row): string => `${role}: ${action} on ${on}`

/** A statement is named after its target, with a capital letter. */
export const sidOf = (on: string): string => on.charAt(0).toUpperCase() + on.slice(1)

export const rowsOf = (role: FunctionName, statements: readonly Statement[]): readonly Row[] =>
  statements.flatMap(({ sid, actions }) => actions.map((action) => rowOf(role, action, sid)))

/** @throws Error when a statement is named after no target of the role's permissions */
export const rowOf = (role: FunctionName, action: string, sid: string | undefined): Row => {
  const found = permissions[role].find(({ on }) => sidOf(on) === sid)
  if (found === undefined) throw new Error(`${role}: no permission is on the target of the statement ${sid}`)
  return { role, action, on: found.on }
}

const takenByLambda = 'Lambda takes it for the function, in a place of its own: no call of the function’s code'

/** What no call here can show to be needed. A row that is used all the same does not belong here, which a test holds. */
export const exceptions: readonly { readonly action: string; readonly reason: string }[] = [
  { action: 'logs:CreateLogStream', reason: `${takenByLambda}; the log is what the process prints` },
  { action: 'logs:PutLogEvents', reason: `${takenByLambda}; the log is what the process prints` },
  { action: 'sqs:SendMessage', reason: `${takenByLambda}, when a run that no one waits for has failed` },
  { action: 'ec2:CreateNetworkInterface', reason: `${takenByLambda}, when it runs in a VPC` },
  { action: 'ec2:DescribeNetworkInterfaces', reason: `${takenByLambda}, when it runs in a VPC` },
  { action: 'ec2:DescribeSubnets', reason: `${takenByLambda}, when it runs in a VPC` },
  { action: 'ec2:DeleteNetworkInterface', reason: `${takenByLambda}, when it runs in a VPC` },
  { action: 'ec2:AssignPrivateIpAddresses', reason: `${takenByLambda}, when it runs in a VPC` },
  { action: 'ec2:UnassignPrivateIpAddresses', reason: `${takenByLambda}, when it runs in a VPC` },
]

export const isException = ({ action }: Row): boolean => exceptions.some((one) => one.action === action)
