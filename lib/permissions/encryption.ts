// The customer key of logins, clients and grants.
import { RemovalPolicy } from 'aws-cdk-lib'
import { AccountRootPrincipal, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Alias, type IKey, Key } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'
import { administeredByTheAccount } from './key-policy.ts'
import { throughSecretsManager } from './statements.ts'

export interface EncryptionProps {
  /** First part of every name; the key's alias is `alias/<prefix>`. */
  readonly prefix: string
  /** The private key of an earlier deployment. @default - a new key */
  readonly privateKey?: IKey | undefined
}

/**
 * The key that only our two roles decrypt with, and only through Secrets Manager. Rotated every year, retained when the
 * stack is deleted: the secrets that need it stay behind too.
 */
export class Encryption extends Construct {
  readonly privateKey: IKey
  /** The key that this deployment makes, whose policy it may change. */
  private readonly made: Key | undefined

  constructor(scope: Construct, id: string, props: EncryptionProps) {
    super(scope, id)
    if (props.privateKey !== undefined) {
      this.privateKey = props.privateKey
      new Alias(this, 'Alias', { aliasName: `alias/${props.prefix}`, targetKey: props.privateKey })
      return
    }
    this.made = new Key(this, 'PrivateKey', {
      alias: props.prefix,
      description: `token-refresher: logins, clients and grants of ${props.prefix}`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
      policy: administeredByTheAccount(),
    })
    this.privateKey = this.made
    this.letOperatorsHandOver(this.made)
  }

  /**
   * Lets roles use the key. The statement names the account and a condition the roles, so that it takes both: this
   * statement, and the role's own permission, without which the role may do nothing. The names of the roles are fixed, so
   * that the policy of a key that outlives its deployment fits the roles of the next one.
   */
  letUse(roles: readonly IRole[]): void {
    this.made?.addToResourcePolicy(
      new PolicyStatement({
        sid: 'OurFunctionsUse',
        principals: [new AccountRootPrincipal()],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: {
          ...throughSecretsManager(this),
          ArnEquals: { 'aws:PrincipalArn': roles.map((role) => role.roleArn) },
        },
      }),
    )
  }

  /**
   * Lets an operator, with an IAM policy for it, store a login under this key without being able to read one: Secrets
   * Manager asks the caller for GenerateDataKey to write a value, and, when a key is chosen, for Decrypt of a probe
   * that it marks as such in the encryption context.
   */
  private letOperatorsHandOver(key: Key): void {
    const { StringEquals: through } = throughSecretsManager(this)
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'OperatorsWrite',
        principals: [new AccountRootPrincipal()],
        actions: ['kms:GenerateDataKey'],
        resources: ['*'],
        conditions: throughSecretsManager(this),
      }),
    )
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'OperatorsProveTheyMayWrite',
        principals: [new AccountRootPrincipal()],
        actions: ['kms:Decrypt'],
        resources: ['*'],
        conditions: {
          StringEquals: { ...through, 'kms:EncryptionContext:SecretVersionId': 'RequestToValidateKeyAccess' },
        },
      }),
    )
  }
}
