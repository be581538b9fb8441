// Whether a call is allowed: the policies of the caller and, for a key, the key's own policy.

import type { AccessRequest, Authorize } from '../secrets-manager/access.ts'
import type { KeyPolicies } from './role.ts'
import { type Asked, applies, type Statement } from './statement.ts'

export interface RolePrincipal {
  readonly roleArn: string
  readonly statements: readonly Statement[]
  /** The function in whose execution environment the credentials are. @default credentials of no function */
  readonly functionArn?: string | undefined
}

export interface Access {
  /** By access key id. Read in every call, so it may change between calls. */
  readonly principals: ReadonlyMap<string, RolePrincipal>
  /** By key ARN. */
  readonly keyPolicies: KeyPolicies
  /** ARNs of keys by their aliases. @default keys have no aliases */
  readonly keyAliases?: ReadonlyMap<string, string>
  /** The user and the policies of all other callers, such as an operator. @default everything */
  readonly operator?: RolePrincipal
}

export const authorizer =
  ({ principals, keyPolicies, keyAliases, operator }: Access): Authorize =>
  (given) => {
    const role = principals.get(given.principal.accessKeyId) ?? operator
    if (role === undefined) return undefined
    const request = withKeyArns(given, keyAliases)
    const asked = askedBy(role, request)
    if (!request.action.startsWith('kms:')) {
      const verdict = verdictOf(role.statements, asked)
      return verdict === 'allowed' ? undefined : refusal(role.roleArn, request, because[verdict])
    }
    const policy = keyPolicies.get(request.resource)
    if (policy === undefined) throw new Error(`the policy of the key ${request.resource} is not known here`)
    // The message of Secrets Manager when KMS refuses, for every reason.
    return keyAllows(policy, role, asked) ? undefined : 'Access to KMS is not allowed'
  }

/** Policies name keys by ARN; callers may also use aliases. */
const withKeyArns = (request: AccessRequest, aliases: ReadonlyMap<string, string> = new Map()): AccessRequest => {
  const { resource, context } = request
  const chosen = context['secretsmanager:KmsKeyArn']
  const key = typeof chosen === 'string' ? aliases.get(chosen) : undefined
  return {
    ...request,
    resource: aliases.get(resource) ?? resource,
    context: key === undefined ? context : { ...context, 'secretsmanager:KmsKeyArn': key },
  }
}

/** A request with the condition keys of its caller. */
export const askedBy = (
  { roleArn, functionArn }: RolePrincipal,
  { action, resource, context }: AccessRequest,
): Asked => ({
  action,
  resource,
  context: {
    ...context,
    'aws:PrincipalArn': roleArn,
    'aws:PrincipalAccount': accountOf(roleArn),
    // Not documented: whether Secrets Manager passes it to KMS in calls for the caller. Here it does not.
    ...(functionArn !== undefined && !('kms:ViaService' in context) && { 'lambda:SourceFunctionArn': functionArn }),
  },
})

type Verdict = 'allowed' | 'denied' | 'nothing'

/** A Deny overrides every Allow. */
const verdictOf = (statements: readonly Statement[], asked: Asked): Verdict => {
  const about = statements.filter((statement) => applies(statement, asked))
  if (about.some(({ effect }) => effect === 'Deny')) return 'denied'
  return about.length > 0 ? 'allowed' : 'nothing'
}

/** The key policy allows the role itself, or it allows the account, which then allows the role by the role's policies. */
const keyAllows = (policy: readonly Statement[], { roleArn, statements }: RolePrincipal, asked: Asked): boolean => {
  const account = accountOf(roleArn)
  const naming = (...names: readonly string[]): readonly Statement[] =>
    policy.filter(({ principals }) => principals?.some((principal) => names.includes(principal)))
  const ofAccount = [account, `arn:aws:iam::${account}:root`]
  const own = verdictOf(statements, asked)
  const denied = own === 'denied' || verdictOf(naming(roleArn, '*', ...ofAccount), asked) === 'denied'
  if (denied) return false
  const direct = verdictOf(naming(roleArn, '*'), asked) === 'allowed'
  return direct || (own === 'allowed' && verdictOf(naming(...ofAccount), asked) === 'allowed')
}

const accountOf = (arn: string): string => arn.split(':')[4] ?? ''

const because = {
  denied: (): string => 'with an explicit deny in an identity-based policy',
  nothing: (action: string): string => `because no identity-based policy allows the ${action} action`,
}

const refusal = (who: string, { action, resource }: AccessRequest, why: (action: string) => string): string =>
  `User: ${who} is not authorized to perform: ${action} on resource: ${resource} ${why(action)}`
