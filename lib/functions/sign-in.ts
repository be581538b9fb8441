// The sign-in page: a function with an address of its own, and the key of its links.
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { AccountRootPrincipal, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms'
import { type Code, FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { environment, signInFunctionName, signInRedirectPath } from '../../lambda/contract.ts'
import { administeredByTheAccount } from '../permissions/key-policy.ts'
import { permissions } from '../permissions/permissions.ts'
import { type Places, signInPlaces } from '../permissions/statements.ts'
import { roleName } from '../settings/role-name.ts'
import { functionCode } from './function-code.ts'
import { TokenRefresherFunction, type TokenRefresherFunctionProps } from './token-refresher-function.ts'

export interface SignInProps
  extends Pick<
    TokenRefresherFunctionProps,
    'environment' | 'places' | 'undelivered' | 'logRetention' | 'vpc' | 'vpcSubnets'
  > {
  /** First part of every name. */
  readonly prefix: string
  /** @default - bundled from lambda/sign-in.ts at synth */
  readonly code?: Code | undefined
  /** The maximum of concurrent runs. @default - no limit of its own */
  readonly concurrency?: number | undefined
  /** Address of the page for people. @default - a function URL is made */
  readonly url?: string | undefined
}

/**
 * Public, because it is for people without an AWS account: a function URL without authentication by IAM. AWS asks a
 * caller for two permissions since October 2025, lambda:InvokeFunctionUrl and lambda:InvokeFunction; the CDK grants both, the
 * second only for calls by the address. The key is deleted with the stack, because its links are then void.
 */
export class SignIn extends Construct {
  readonly worker: TokenRefresherFunction
  /** The page's address, with a slash at the end. */
  readonly url: string
  /** The redirect URI: registered once per app registration. */
  readonly redirectUri: string
  /** Roles of the functions that make links. */
  readonly environment: Readonly<Record<string, string>>
  readonly places: Places
  private readonly key: Key

  constructor(scope: Construct, id: string, props: SignInProps) {
    super(scope, id)
    const { prefix, code, concurrency, url, ...shared } = props
    this.key = new Key(this, 'Key', {
      alias: `${prefix}-sign-in`,
      description: `token-refresher: authenticates links to sign in of ${prefix}`,
      keySpec: KeySpec.HMAC_256,
      keyUsage: KeyUsage.GENERATE_VERIFY_MAC,
      removalPolicy: RemovalPolicy.DESTROY,
      policy: administeredByTheAccount(),
    })
    this.places = signInPlaces(this, prefix, this.key.keyArn)
    this.worker = new TokenRefresherFunction(this, 'Page', {
      ...shared,
      functionName: signInFunctionName(prefix),
      roleName: roleName(prefix, 'sign-in', Stack.of(this).region),
      description: 'The page where the owner of an account signs in',
      code: code ?? functionCode('sign-in'),
      // It waits for the bootstrap function, which ends after two minutes.
      timeout: Duration.seconds(135),
      maxEventAge: Duration.minutes(1),
      environment: { ...shared.environment, [environment.signInKeyArn]: this.key.keyArn },
      places: { ...shared.places, ...this.places },
      permissions: permissions.signIn,
      reservedConcurrency: concurrency,
    })
    this.letUse([this.worker.role], ['kms:GenerateMac', 'kms:VerifyMac'])
    this.url = url ?? this.worker.function.addFunctionUrl({ authType: FunctionUrlAuthType.NONE }).url
    this.redirectUri = `${this.url}${signInRedirectPath}`
    this.environment = { [environment.signInUrl]: this.url, [environment.signInKeyArn]: this.key.keyArn }
  }

  /** Lets roles use the key. The statement takes the role's own permission too. */
  letUse(roles: readonly IRole[], actions: readonly string[] = ['kms:GenerateMac']): void {
    this.key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new AccountRootPrincipal()],
        actions: [...actions],
        resources: ['*'],
        conditions: { ArnEquals: { 'aws:PrincipalArn': roles.map((role) => role.roleArn) } },
      }),
    )
  }
}
