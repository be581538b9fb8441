// Every permission of the roles, with target and reason. It is data: the stack deploys it, and a test removes each in turn.
import type { Room } from '../../lambda/contract.ts'

/** The targets of actions. statements.ts gives each its ARN and its conditions. */
export type Target =
  | Room
  /** Published secrets, to the chosen Regions. Present if there are any. */
  | 'replicas'
  /** `*`: the actions have no resource-level scope. Values still need GetSecretValue on the secret. */
  | 'everySecret'
  /** Only as the source of our own events. */
  | 'eventBus'
  /** Only through Secrets Manager. */
  | 'privateKey'
  /** Only through Secrets Manager. Present when a key for published secrets is given. */
  | 'publishedKey'
  /** Writing under the private key: Secrets Manager has the writer decrypt a probe, which is no secret. Only through Secrets Manager. */
  | 'privateKeyProbe'
  /** Invitations of operators for a sign-in by link. Present if the setting `signIn` is on, like the next two. */
  | 'invitations'
  /** The HMAC key of links. */
  | 'signInKey'
  | 'bootstrapFunction'
  /** `*`: a token about the role itself, for one audience. Present where the setting `webIdentity` is on. */
  | 'webIdentity'
  /** Client records whose client secret renews itself. Present where the setting `clientSecretRenewal` is on, like the next. */
  | 'renewedClients'
  /** `*`, as `everySecret`: the list of client records. */
  | 'listedClients'
  /** The streams of the function's own log group. Used by Lambda itself. */
  | 'ownLog'
  /** The queue of undelivered events. Used by Lambda itself. */
  | 'undelivered'
  /** `*`: network interfaces. Used by Lambda itself. Present when the functions run in a VPC. */
  | 'network'

export interface Permission {
  readonly action: string
  readonly on: Target
  readonly why: string
}

export type FunctionName = 'refresh' | 'bootstrap' | 'signIn'

const allow = (action: string, targets: readonly Target[], why: string): readonly Permission[] =>
  targets.map((on) => ({ action, on, why }))

/** The permissions that every function needs to run. */
const running: readonly Permission[] = [
  ...allow('logs:CreateLogStream', ['ownLog'], 'logs'),
  ...allow('logs:PutLogEvents', ['ownLog'], 'logs'),
  ...allow('sqs:SendMessage', ['undelivered'], 'keeps an event whose run failed as a whole'),
  ...[
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ].flatMap((action) => allow(action, ['network'], 'reaches the network of the VPC')),
]

/** The permissions that refresher and bootstrap share. */
const common: readonly Permission[] = [
  ...allow('events:PutEvents', ['eventBus'], 'tells of state changes'),
  ...allow('sts:GetWebIdentityToken', ['webIdentity'], 'authenticates clients that have no client secret'),
  ...allow('kms:Decrypt', ['privateKey', 'publishedKey'], 'reads what the key protects'),
  ...allow('kms:GenerateDataKey', ['privateKey', 'publishedKey'], 'writes what the key protects'),
  ...allow('secretsmanager:ReplicateSecretToRegions', ['replicas'], 'copies what it makes for apps in other Regions'),
  ...running,
]

/** One entry per action and target, for each function's role. */
export const permissions: Readonly<Record<FunctionName, readonly Permission[]>> = {
  refresh: [
    ...allow('secretsmanager:ListSecrets', ['everySecret'], 'finds the connections and their tags'),
    ...allow('secretsmanager:BatchGetSecretValue', ['everySecret'], 'reads many secrets in one call'),
    ...allow('secretsmanager:GetSecretValue', ['clients', 'grants', 'connections'], 'reads what it works on'),
    ...allow('secretsmanager:DescribeSecret', ['clients', 'grants'], 'sees the newest status before it adds to it'),
    ...allow('secretsmanager:PutSecretValue', ['grants', 'connections'], 'commits and publishes'),
    ...allow('secretsmanager:PutSecretValue', ['clients'], 'remembers which client secret was accepted'),
    ...allow('secretsmanager:TagResource', ['clients', 'grants'], 'writes the status'),
    ...allow('secretsmanager:CreateSecret', ['connections'], 'publishes after a crash between grant and publish'),
    ...allow('secretsmanager:TagResource', ['connections'], 'tags what it makes'),
    ...allow('kms:GenerateMac', ['signInKey'], 'puts a link to sign in into a message'),
    ...common,
  ],
  bootstrap: [
    ...allow('secretsmanager:GetSecretValue', ['logins', 'clients', 'grants', 'connections'], 'reads what it works on'),
    ...allow('secretsmanager:PutSecretValue', ['logins'], 'marks a login as tried, before it is'),
    ...allow('secretsmanager:PutSecretValue', ['clients', 'grants', 'connections'], 'renews what exists'),
    ...allow('secretsmanager:CreateSecret', ['clients', 'grants', 'connections'], 'makes what does not exist yet'),
    ...allow('secretsmanager:TagResource', ['clients', 'grants', 'connections'], 'tags what it makes'),
    ...allow('secretsmanager:RestoreSecret', ['grants', 'connections'], 'brings back what was removed'),
    ...allow('secretsmanager:DeleteSecret', ['logins'], 'deletes a login after the definite answer'),
    ...allow(
      'secretsmanager:DescribeSecret',
      ['grants'],
      'sees what is still to be announced, and whether a link is void',
    ),
    ...allow('kms:GenerateMac', ['signInKey'], 'makes links to sign in'),
    ...allow('secretsmanager:ListSecrets', ['listedClients'], 'finds the client secrets that renew themselves'),
    ...allow('secretsmanager:DescribeSecret', ['renewedClients'], 'sees which failure of a renewal people know of'),
    ...common,
  ],
  signIn: [
    ...allow('kms:VerifyMac', ['signInKey'], 'takes no link and no state that is not ours'),
    ...allow('kms:GenerateMac', ['signInKey'], 'binds a sign-in to a browser, and derives its PKCE verifier'),
    ...allow('secretsmanager:DescribeSecret', ['grants'], 'sees in the tags whether a link is void'),
    ...allow('secretsmanager:DescribeSecret', ['invitations'], 'sees whether an invitation was used'),
    ...allow('secretsmanager:CreateSecret', ['logins'], 'hands the code over to the bootstrap function'),
    ...allow('kms:GenerateDataKey', ['privateKey'], 'writes under the key, and reads nothing under it'),
    ...allow('kms:Decrypt', ['privateKeyProbe'], 'shows Secrets Manager that it may write under the key'),
    ...allow('lambda:InvokeFunction', ['bootstrapFunction'], 'has the code redeemed'),
    ...running,
  ],
}
