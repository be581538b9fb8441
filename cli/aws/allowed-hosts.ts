// Which hosts the deployment lets credentials be sent to: read from the environment of its bootstrap function.

import {
  defaultTokenEndpointHosts,
  environment,
  functionNames,
  parseTokenEndpointHosts,
} from '../../lambda/contract.ts'
import type { AllowedHosts } from '../../lambda/core/login/token-endpoint-hosts.ts'
import type { Context } from '../context.ts'
import { explain, isDenied } from './explain.ts'
import { notDeployed } from './place.ts'

export interface DeployedHosts extends AllowedHosts {
  /** Why the deployment's own list is not known. Microsoft's hosts are allowed then, and no others. */
  readonly notKnown: string | undefined
}

const microsoftAlone = { tokenEndpointHosts: defaultTokenEndpointHosts, allowLoopbackHttp: false }

/** @throws CommandError when there is no deployment */
export const readAllowedHosts = async (context: Context): Promise<DeployedHosts> => {
  const FunctionName = functionNames(context.prefix).bootstrap
  const client = await context.aws.lambda()
  const sdk = await import('@aws-sdk/client-lambda')
  try {
    const command = new sdk.GetFunctionConfigurationCommand({ FunctionName })
    const { Environment } = await client.send(command, { abortSignal: context.interrupted })
    if (Environment?.Error !== undefined) {
      return { ...microsoftAlone, notKnown: `the environment of ${FunctionName} cannot be decrypted` }
    }
    return hostsIn(Environment?.Variables ?? {})
  } catch (error) {
    if (error instanceof sdk.ResourceNotFoundException) throw await notDeployed(context, FunctionName)
    if (!isDenied(error)) throw error
    return { ...microsoftAlone, notKnown: explain(error).problem.message }
  }
}

/** A deployment that is older than this setting allows the default hosts of the functions. */
const hostsIn = (variables: Readonly<Record<string, string>>): DeployedHosts => {
  const text = variables[environment.tokenEndpointHosts]
  const hosts = text === undefined ? defaultTokenEndpointHosts : parseTokenEndpointHosts(text)
  return {
    tokenEndpointHosts: hosts ?? [],
    allowLoopbackHttp: variables[environment.allowLoopbackHttp] === '1',
    notKnown: hosts === undefined ? `the function's ${environment.tokenEndpointHosts} is not valid` : undefined,
  }
}
