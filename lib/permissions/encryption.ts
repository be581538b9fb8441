// The customer key of logins, clients and grants.
import { RemovalPolicy, Stack, Token } from 'aws-cdk-lib'
import { AccountRootPrincipal, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Alias, type IKey, Key } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'
import { administeredByTheAccount } from './key-policy.ts'
import { keyProbe, throughSecretsManager } from './statements.ts'

export interface EncryptionProps {
  /** First part of every name; the key's alias is `alias/<prefix>`. */
  readonly prefix: string
  /** The private key of an earlier deployment. @default - a new key */
  readonly privateKey?: IKey | undefined
}

/** Checked only if synth knows account and Region of the stack. Otherwise KMS refuses the alias. */
const refuseKeyOfElsewhere = (scope: Construct, { env, keyArn }: IKey): void => {
  const { account, region } = Stack.of(scope)
  const differs = (one: string, other: string) =>
    !Token.isUnresolved(one) && !Token.isUnresolved(other) && one !== other
  if (!differs(env.region, region) && !differs(env.account, account)) return
  throw new Error(
    `privateKeyArn: given ${keyArn} for a deployment in account ${account}, Region ${region}. Secrets Manager uses keys ` +
      'of its own account and Region alone. To move, see docs/guides/deploy.md.',
  )
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
      refuseKeyOfElsewhere(this, props.privateKey)
      this.privateKey = props.privateKey
      // Place of the alias in the construct tree. Under another logical id, CloudFormation would make the new alias
      // before it deletes the old one, and a deployment that changes from one key to the other would fail.
      const place = new Construct(this, 'PrivateKey')
      new Alias(place, 'Alias', { aliasName: `alias/${props.prefix}`, targetKey: props.privateKey })
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
   * Lets roles use the key. The statement names the account, and its condition the roles, so both are necessary: this
   * statement, and the role's own permission, without which the role may do nothing. The names of the roles are fixed, so
   * the policy of a key that outlives its deployment also allows the roles of the next one.
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
        conditions: keyProbe(this),
      }),
    )
  }
}
