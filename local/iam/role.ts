// What a deployed function may do, and its environment: read from the synthesized template.

import * as v from 'valibot'
import type { Place } from '../secrets-manager/names.ts'
import { attributesOf } from './attributes.ts'
import { resolver } from './intrinsics.ts'
import { readStatements, type Statement } from './statement.ts'
import { functionNamed, readTemplate, resourcesOf, type Template } from './template.ts'

export interface DeployedFunction {
  readonly functionName: string
  readonly functionArn: string
  readonly roleArn: string
  /** The statements of all policies of the role. */
  readonly statements: readonly Statement[]
  readonly environment: Readonly<Record<string, string>>
  readonly timeoutSeconds: number
  /** Policies of the keys in the template, by their ARNs. */
  readonly keyPolicies: KeyPolicies
  /** ARNs of keys by their aliases, such as `alias/token-refresher`. */
  readonly keyAliases: ReadonlyMap<string, string>
}

export type KeyPolicies = ReadonlyMap<string, readonly Statement[]>

/** Account and Region of a template that names none. */
export const defaultPlace: Place = { region: 'eu-central-1', accountId: '123456789012' }

const functionProperties = v.looseObject({
  Role: v.string(),
  Timeout: v.number(),
  Environment: v.optional(v.object({ Variables: v.record(v.string(), v.string()) }), { Variables: {} }),
})
const inlinePolicies = v.optional(v.array(v.object({ PolicyName: v.string(), PolicyDocument: v.unknown() })), [])
const attachedPolicy = v.looseObject({ PolicyDocument: v.unknown(), Roles: v.optional(v.array(v.string()), []) })
const key = v.looseObject({ KeyPolicy: v.unknown() })
const alias = v.looseObject({ AliasName: v.string(), TargetKeyId: v.string() })

/** Elements of a role that change its permissions and that this code does not read. */
const unread = ['ManagedPolicyArns', 'PermissionsBoundary']

/**
 * @param json the template
 * @param functionName as deployed, such as `token-refresher-refresh`
 * @throws Error that names an element that this code does not know
 */
export const statementsOfRole = (
  json: unknown,
  functionName: string,
  place: Place = defaultPlace,
): DeployedFunction => {
  const template = readTemplate(json)
  const resolve = resolver(template, place)
  const deployed = functionNamed(template, functionName)
  const { Role, Timeout, Environment } = v.parse(functionProperties, resolve(deployed.Properties))
  const roles = resourcesOf(template, 'AWS::IAM::Role')
  const found = roles.find(([id, resource]) => attributesOf(id, resource, { place, resolve }).arn === Role)
  if (found === undefined) throw new Error(`the role of ${functionName} is not in the template`)
  const [id, role] = found
  const taken = unread.find((property) => property in role.Properties)
  if (taken !== undefined) throw new Error(`${taken} of ${id} is not known here`)
  const { ref } = attributesOf(id, role, { place, resolve })
  const inline = v.parse(inlinePolicies, resolve(role.Properties.Policies))
  const attached = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy']
    .flatMap((type) => resourcesOf(template, type))
    .map(([, { Properties }]) => v.parse(attachedPolicy, { ...Properties, Roles: rolesOf(resolve, Properties) }))
    .filter(({ Roles }) => Roles.includes(ref))
  return {
    functionName,
    functionArn: attributesOf(functionName, deployed, { place, resolve }).arn,
    roleArn: Role,
    statements: [...inline, ...attached].flatMap(({ PolicyDocument }) => readStatements(resolve(PolicyDocument))),
    environment: Environment.Variables,
    timeoutSeconds: Timeout,
    keyPolicies: keyPoliciesOf(template, place),
    keyAliases: keyAliasesOf(template, place),
  }
}

/** AWS::IAM::RolePolicy names one role, the others a list. */
const rolesOf = (resolve: (value: unknown) => unknown, { Roles, RoleName }: Record<string, unknown>): unknown =>
  resolve(RoleName === undefined ? Roles : [RoleName])

const keyPoliciesOf = (template: Template, place: Place): KeyPolicies => {
  const resolve = resolver(template, place)
  return new Map(
    resourcesOf(template, 'AWS::KMS::Key').map(([id, resource]) => {
      const { KeyPolicy } = v.parse(key, resource.Properties)
      return [attributesOf(id, resource, { place, resolve }).arn, readStatements(resolve(KeyPolicy))]
    }),
  )
}

const keyAliasesOf = (template: Template, place: Place): ReadonlyMap<string, string> => {
  const resolve = resolver(template, place)
  return new Map(
    resourcesOf(template, 'AWS::KMS::Alias').map(([, { Properties }]) => {
      const { AliasName, TargetKeyId } = v.parse(alias, resolve(Properties))
      return [AliasName, TargetKeyId]
    }),
  )
}
