// AWS as the operator sees it: one client per service, made when first used, all from the standard credential chain.

import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import type { LambdaClient } from '@aws-sdk/client-lambda'
import type { SchedulerClient } from '@aws-sdk/client-scheduler'
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import type { SNSClient } from '@aws-sdk/client-sns'
import type { STSClient } from '@aws-sdk/client-sts'
import { proxiedAgent } from '../network.ts'
import { credentialsFor, silent } from './credentials.ts'
import { observer } from './observed.ts'
import { announcer, type Client as OverridableClient } from './overridden-endpoint.ts'
import { type Answer, type WithStack, withPlainAnswers } from './plain-answers.ts'

export interface AwsOptions {
  /** @default AWS_PROFILE, else `default` */
  readonly profile?: string | undefined
  /** @default AWS_REGION, else the Region of the profile */
  readonly region?: string | undefined
}

/** Each client's package is loaded when it is first asked for: `status` needs one of them, `--help` none. */
export interface Aws {
  secretsManager(): Promise<SecretsManagerClient>
  lambda(): Promise<LambdaClient>
  sts(): Promise<STSClient>
  scheduler(): Promise<SchedulerClient>
  cloudWatch(): Promise<CloudWatchClient>
  logs(): Promise<CloudWatchLogsClient>
  sns(): Promise<SNSClient>
}

/** Four attempts in all, with backoff, so that the operator need not repeat the command. */
const maxAttempts = 4

export interface AwsWays {
  /** Called before the first call that does not go to AWS. */
  readonly say: (text: string) => void
  /** Receives a line for each attempt. @default not shown */
  readonly debug?: ((line: string) => void) | undefined
  /** Asks for the code of the device with this serial number. */
  readonly askMfaCode: (serial: string) => Promise<string>
}

export const makeAws = ({ profile, region }: AwsOptions, { say, debug, askMfaCode }: AwsWays): Aws => {
  const observed = observer(debug)
  const announce = announcer(say)
  const announced = <C extends OverridableClient>(client: C): C => announce(observed(client))
  const chosen = {
    // Without this the SDK warns when a profile and keys are both set. `--profile` has already chosen the profile.
    ...(profile !== undefined && { profile, logger: silent }),
    ...(region !== undefined && { region }),
    credentials: credentialsFor(profile, askMfaCode),
  }
  const shared = {
    ...chosen,
    maxAttempts,
    requestHandler: { connectionTimeout, requestTimeout, throwOnRequestTimeout, httpsAgent: proxiedAgent() },
  }
  return {
    secretsManager: once(async () => {
      const { SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager')
      return announced(new SecretsManagerClient(shared))
    }),
    lambda: once(async () => {
      const { LambdaClient } = await import('@aws-sdk/client-lambda')
      // A bootstrap is sent once: a call that was cut off may have worked, so the command must not repeat it.
      return announced(
        new LambdaClient({
          ...chosen,
          maxAttempts: 1,
          requestHandler: { connectionTimeout, httpsAgent: proxiedAgent() },
        }),
      )
    }),
    sts: once(async () => {
      const { STSClient } = await import('@aws-sdk/client-sts')
      return announced(new STSClient(shared))
    }),
    scheduler: once(async () => {
      const { SchedulerClient } = await import('@aws-sdk/client-scheduler')
      return announced(new SchedulerClient(shared))
    }),
    cloudWatch: once(async () => {
      const { CloudWatchClient } = await import('@aws-sdk/client-cloudwatch')
      return announced(new CloudWatchClient(shared))
    }),
    logs: once(async () => {
      const { CloudWatchLogsClient } = await import('@aws-sdk/client-cloudwatch-logs')
      return announced(new CloudWatchLogsClient(shared))
    }),
    sns: once(async () => {
      const { SNSClient } = await import('@aws-sdk/client-sns')
      return announced(new SNSClient(shared))
    }),
  }
}

/** Milliseconds. The operator waits for an answer, so calls have a limit; invocations of functions have none. */
const connectionTimeout = 5000
const requestTimeout = 30_000
const throwOnRequestTimeout = true

const once = <Input extends object, Output extends Answer, C>(
  make: () => Promise<C & WithStack<Input, Output>>,
): (() => Promise<C>) => {
  let made: Promise<C> | undefined
  return () => {
    made ??= make().then((client) => withPlainAnswers<Input, Output, C>(client))
    return made
  }
}
