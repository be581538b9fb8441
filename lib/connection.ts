// What an app is given: the published secret of one connection, and the right to read it.

import { Stack } from 'aws-cdk-lib'
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam'
import { type IKey, ViaServicePrincipal } from 'aws-cdk-lib/aws-kms'
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import { connectionNamePattern, secretName } from '../lambda/contract.ts'

export interface ConnectionProps {
  /** First part of the secret's name. */
  readonly prefix: string
  /** The name that the operator chose. */
  readonly connection: string
  /** @default - the account's aws/secretsmanager key */
  readonly publishedKey?: IKey | undefined
}

/**
 * One connection, as apps see it. Bootstrap makes its secret, not this construct: an app may be deployed first, and
 * finds nothing to read until then.
 */
export class Connection extends Construct {
  /** The published secret, by name. */
  readonly secret: ISecret
  private readonly publishedKey: IKey | undefined

  /** @throws Error when the name is not one that a connection can have */
  constructor(scope: Construct, id: string, props: ConnectionProps) {
    super(scope, id)
    if (!connectionNamePattern.test(props.connection)) {
      throw new Error(
        `connection: given ${JSON.stringify(props.connection)}; allowed: 1 to 63 lower-case letters, digits and ` +
          'hyphens, beginning with a letter or digit.',
      )
    }
    const name = secretName(props.prefix, 'connections', props.connection)
    this.secret = Secret.fromSecretNameV2(this, 'Secret', name)
    this.publishedKey = props.publishedKey
  }

  /** Lets an app read the published secret: GetSecretValue and DescribeSecret on it, and Decrypt if it has a key. */
  grantRead(grantee: IGrantable): Grant {
    const through = `secretsmanager.${Stack.of(this).region}.amazonaws.com`
    this.publishedKey?.grantDecrypt(new ViaServicePrincipal(through, grantee.grantPrincipal))
    return this.secret.grantRead(grantee)
  }
}
