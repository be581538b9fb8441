// What an app gets: the published secret of one connection, and the permission to read it.
import { ArnFormat, Stack } from 'aws-cdk-lib'
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import { connectionNamePattern, secretName } from '../lambda/contract.ts'
import { currentVersionAlone, throughSecretsManager } from './permissions/statements.ts'

/** @throws Error when a connection cannot have the name */
export const checkedName = (connection: string): string => {
  if (connectionNamePattern.test(connection)) return connection
  throw new Error(
    `connection: given ${JSON.stringify(connection)}; allowed: 1 to 63 lower-case letters, digits and hyphens, ` +
      'beginning with a letter or digit.',
  )
}

export interface ConnectionProps {
  /** First part of the secret's name. */
  readonly prefix: string
  /** The name that the operator chose. */
  readonly connection: string
  /** @default - the account's aws/secretsmanager key */
  readonly publishedKey?: IKey | undefined
  /** Regions with a copy of the secret. @default - none */
  readonly replicaRegions?: readonly string[] | undefined
}

/**
 * One connection, as apps see it. Bootstrap makes its secret, not this construct: an app may be deployed first, and
 * finds nothing to read until then.
 */
export class Connection extends Construct {
  /** The published secret, by name. */
  readonly secret: ISecret
  private readonly publishedKey: IKey | undefined
  private readonly replicaRegions: readonly string[]

  /** @throws Error when a connection cannot have the name */
  constructor(scope: Construct, id: string, props: ConnectionProps) {
    super(scope, id)
    const name = secretName(props.prefix, 'connections', checkedName(props.connection))
    this.secret = Secret.fromSecretNameV2(this, 'Secret', name)
    this.publishedKey = props.publishedKey
    this.replicaRegions = props.replicaRegions ?? []
  }

  /**
   * Lets an app read the current version of the published secret, and of its copies in other Regions: GetSecretValue on it,
   * and Decrypt if it has a key. A
   * call that names an older version, by its id or its stage, is not allowed.
   */
  grantRead(grantee: IGrantable): Grant {
    const read = Grant.addToPrincipal({
      grantee,
      actions: ['secretsmanager:GetSecretValue'],
      resourceArns: [`${this.secret.secretArn}-??????`, ...this.copies()],
      conditions: currentVersionAlone,
    })
    return this.publishedKey === undefined ? read : read.combine(this.grantDecrypt(grantee, this.publishedKey))
  }

  /** The ARN of a copy is that of the secret but for the Region. */
  private copies(): readonly string[] {
    return this.replicaRegions.map((region) =>
      Stack.of(this).formatArn({
        service: 'secretsmanager',
        region,
        resource: 'secret',
        resourceName: `${this.secret.secretName}-??????`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    )
  }

  /** On the app's side, which works for keys of other stacks too: a key that was imported takes no statements. */
  private grantDecrypt(grantee: IGrantable, key: IKey): Grant {
    return Grant.addToPrincipalOrResource({
      grantee,
      actions: ['kms:Decrypt'],
      resourceArns: [key.keyArn],
      resource: key,
      resourceSelfArns: ['*'],
      conditions: throughSecretsManager(this),
    })
  }
}
