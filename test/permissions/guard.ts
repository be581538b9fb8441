// The authorize hook of a deployment: enforces its policies, and remembers which permission each call took.

import type { FunctionName } from '../../lib/permissions/permissions.ts'
import { askedBy, authorizer, type RolePrincipal } from '../../local/iam/authorizer.ts'
import { applies, withoutAction } from '../../local/iam/statement.ts'
import type { AccessRequest, Authorize } from '../../local/secrets-manager/service.ts'
import type { Deployment } from './deployment.ts'
import { nameOf, type Row, roles, rowOf, sidOf } from './rows.ts'

export class Guard {
  /** Names of the permissions that were asked for, whether or not they were given. */
  readonly used = new Set<string>()
  /** What was refused: the name of the permission that would have allowed it, or the call itself where there is none. */
  readonly refused = new Set<string>()
  readonly authorize: Authorize
  readonly #deployment: Deployment

  /** @param removed a permission that its role does not have */
  constructor(deployment: Deployment, removed?: Row) {
    this.#deployment = deployment
    const principals = new Map<string, RolePrincipal>(
      roles.map((role) => {
        const { statements, ...deployed } = deployment.functions[role]
        const without =
          removed?.role === role ? withoutAction(statements, sidOf(removed.on), removed.action) : statements
        return [role, { ...deployed, statements: without }]
      }),
    )
    const decide = authorizer({ principals, keyPolicies: deployment.keyPolicies })
    this.authorize = (request) => {
      const role = roles.find((one) => one === request.principal.accessKeyId)
      const refusal = decide(request)
      if (role !== undefined) this.#note(role, request, refusal !== undefined)
      return refusal
    }
  }

  #note(role: FunctionName, request: AccessRequest, refused: boolean): void {
    const deployed = this.#deployment.functions[role]
    const allowing = deployed.statements.filter((statement) => applies(statement, askedBy(deployed, request)))
    const names = allowing.map(({ sid }) => nameOf(rowOf(role, request.action, sid)))
    for (const name of names) this.used.add(name)
    if (!refused) return
    const unknown = `${role}: ${request.action} on ${request.resource}`
    for (const name of names.length > 0 ? names : [unknown]) this.refused.add(name)
  }
}
