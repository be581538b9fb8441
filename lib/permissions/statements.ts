// From the permissions, which are data, to IAM statements: one per target, named after it.
import { ArnFormat, Stack } from 'aws-cdk-lib'
import { type Conditions, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import {
  entraFederationAudience,
  eventBusName,
  events,
  functionNames,
  invitationSuffix,
  type Room,
  secretName,
} from '../../lambda/contract.ts'
import type { Permission, Target } from './permissions.ts'

/** The ARN of a target, and the conditions of an action on it. */
export interface Place {
  readonly resource: string
  readonly conditions?: Conditions
}

/** The targets of one deployment. A target without an ARN is left out of the role. */
export type Places = Partial<Record<Target, Place>>

/** One statement per target that has an ARN. Its Sid is the target's name with a capital letter. */
export const statementsOf = (permissions: readonly Permission[], places: Places): readonly PolicyStatement[] =>
  [...new Set(permissions.map(({ on }) => on))].flatMap((target) => {
    const place = places[target]
    if (!place) return []
    return new PolicyStatement({
      sid: target.charAt(0).toUpperCase() + target.slice(1),
      actions: permissions.filter(({ on }) => on === target).map(({ action }) => action),
      resources: [place.resource],
      conditions: place.conditions ?? {},
    })
  })

/** ARN pattern of all secrets of a room. */
export const roomArn = (scope: Construct, prefix: string, room: Room): string =>
  Stack.of(scope).formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: secretName(prefix, room, '*'),
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  })

/** A key only through Secrets Manager, never directly. */
export const throughSecretsManager = (scope: Construct): { StringEquals: Record<string, string> } => ({
  StringEquals: { 'kms:ViaService': `secretsmanager.${Stack.of(scope).region}.amazonaws.com` },
})

/**
 * The current version of a secret alone. Both keys are in a request only when the caller names a stage or a version id,
 * and most readers name neither: ForAnyValue, or StringEquals alone, would refuse them. BatchGetSecretValue names neither.
 */
export const currentVersionAlone = {
  'ForAllValues:StringEquals': { 'secretsmanager:VersionStage': 'AWSCURRENT' },
  Null: { 'secretsmanager:VersionId': 'true' },
} satisfies Conditions

/**
 * Targets of calls that the function's own code makes. Lambda puts the function's ARN into the credentials of the code, so
 * the role alone, passed to another function or assumed elsewhere, allows none of these. Left out are calls that may not
 * carry the ARN: what Lambda does itself (network, undelivered, and the log, which must never fall silent), and what Secrets
 * Manager does with a key for the caller, which it does only after it has allowed the call.
 */
const calledByTheCode: readonly Target[] = [
  'logins',
  'clients',
  'grants',
  'connections',
  'replicas',
  'everySecret',
  'eventBus',
  'invitations',
  'signInKey',
  'bootstrapFunction',
  'webIdentity',
  'renewedClients',
  'listedClients',
]

/** The targets that the function's own code calls, for this function alone. */
export const forFunctionAlone = (scope: Construct, functionName: string, places: Places): Places => {
  // Made from the name, because the function's own attribute would make a circle: function, role, policy, function.
  const arn = Stack.of(scope).formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: functionName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  })
  const condition = { ArnEquals: { 'lambda:SourceFunctionArn': arn } }
  const bound = calledByTheCode.flatMap((target) => {
    const place = places[target]
    return place ? [[target, { ...place, conditions: { ...place.conditions, ...condition } }] as const] : []
  })
  return { ...places, ...Object.fromEntries(bound) }
}

/** Published secrets, to be copied to these Regions and no others. */
export const replicasPlace = (scope: Construct, prefix: string, regions: readonly string[]): Place => ({
  resource: roomArn(scope, prefix, 'connections'),
  conditions: { 'ForAllValues:StringEquals': { 'secretsmanager:AddReplicaRegions': [...regions] } },
})

/** The targets that exist only if people sign in by a link. */
export const signInPlaces = (scope: Construct, prefix: string, keyArn: string): Places => ({
  invitations: { resource: `${roomArn(scope, prefix, 'logins')}${invitationSuffix}-*` },
  signInKey: { resource: keyArn },
  bootstrapFunction: {
    // Made from the name, because the environment of the bootstrap function holds the address of the sign-in page.
    resource: Stack.of(scope).formatArn({
      service: 'lambda',
      resource: 'function',
      resourceName: functionNames(prefix).bootstrap,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  },
})

/** The probe that Secrets Manager lets a caller decrypt who chooses a key for a new secret. It is not a secret. */
export const keyProbe = (scope: Construct): Conditions => ({
  StringEquals: {
    ...throughSecretsManager(scope).StringEquals,
    'kms:EncryptionContext:SecretVersionId': 'RequestToValidateKeyAccess',
  },
})

/**
 * A web identity token for one audience, with one algorithm, and for 300 seconds at most. The audience is a key with several
 * values: ForAllValues is also true for none, which Null excludes (IAM User Guide, "Single-valued vs. multivalued context keys"). The
 * duration is a key only if the caller sends one, and without it the statement does not allow.
 */
export const webIdentityPlace: Place = {
  resource: '*',
  conditions: {
    'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': entraFederationAudience },
    Null: { 'sts:IdentityTokenAudience': 'false' },
    StringEquals: { 'sts:SigningAlgorithm': 'RS256' },
    NumericLessThanEquals: { 'sts:DurationSeconds': '300' },
  },
}

/** The targets that exist only if client secrets renew themselves. */
export const renewalPlaces = (scope: Construct, prefix: string): Places => ({
  renewedClients: { resource: roomArn(scope, prefix, 'clients') },
  listedClients: { resource: '*' },
})

/** The targets that depend only on the prefix. */
export const commonPlaces = (scope: Construct, prefix: string): Places => ({
  logins: { resource: roomArn(scope, prefix, 'logins') },
  clients: { resource: roomArn(scope, prefix, 'clients') },
  grants: { resource: roomArn(scope, prefix, 'grants') },
  connections: { resource: roomArn(scope, prefix, 'connections') },
  everySecret: { resource: '*' },
  eventBus: {
    resource: Stack.of(scope).formatArn({
      service: 'events',
      resource: 'event-bus',
      resourceName: eventBusName(prefix),
    }),
    conditions: { StringEquals: { 'events:source': events.source } },
  },
})
