// PutResourcePolicy, GetResourcePolicy and DeleteResourcePolicy. Policies are kept and checked for form; they are not
// evaluated: the authorize hook decides about access.

import type { Operation } from '../call.ts'
import { malformedPolicy, publicPolicy } from '../errors.ts'
import type { Input } from '../input.ts'
import { identity } from '../wire.ts'

export const putResourcePolicy: Operation = (call) => {
  const { text, isPublic } = readPolicy(call.input)
  const blockPublic = call.input.boolean('BlockPublicPolicy')
  const secret = call.liveSecret({ 'secretsmanager:BlockPublicPolicy': `${blockPublic}` })
  if (blockPublic && isPublic) throw publicPolicy('The resource policy grants broad access to the secret.')
  call.catalogue.put({ ...secret, policy: text, changedAt: call.now })
  return identity(secret)
}

export const getResourcePolicy: Operation = (call) => {
  const secret = call.liveSecret()
  return { ...identity(secret), ResourcePolicy: secret.policy }
}

export const deleteResourcePolicy: Operation = (call) => {
  const secret = call.liveSecret()
  call.catalogue.put({ ...secret, policy: undefined, changedAt: call.now })
  return identity(secret)
}

type Statement = Readonly<Record<string, unknown>>

const readPolicy = (input: Input): { readonly text: string; readonly isPublic: boolean } => {
  const text = input.required('ResourcePolicy', { minimum: 1, maximum: 20_480 })
  const statements = parsePolicy(text)
  return { text, isPublic: statements.some(isPublic) }
}

const parsePolicy = (text: string): readonly Statement[] => {
  let policy: unknown
  try {
    policy = JSON.parse(text)
  } catch {
    throw malformedPolicy('This resource policy contains invalid Json.')
  }
  const body = isObject(policy) ? policy.Statement : undefined
  const statements = Array.isArray(body) ? body : [body]
  if (!statements.every(isStatement)) throw malformedPolicy('This resource policy contains a syntax error.')
  return statements
}

const isObject = (value: unknown): value is Statement =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isStatement = (value: unknown): value is Statement =>
  isObject(value) &&
  (value.Effect === 'Allow' || value.Effect === 'Deny') &&
  ('Principal' in value || 'NotPrincipal' in value) &&
  ('Action' in value || 'NotAction' in value) &&
  ('Resource' in value || 'NotResource' in value)

const isPublic = (statement: Statement): boolean => {
  if (statement.Effect !== 'Allow' || 'Condition' in statement) return false
  const principal = statement.Principal
  const principals = isObject(principal) ? Object.values(principal).flat() : [principal]
  return principals.includes('*')
}
