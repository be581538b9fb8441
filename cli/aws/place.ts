// Account, Region and prefix, for messages about what was not found there; and whether there is a deployment.

import { functionNames } from '../../lambda/contract.ts'
import type { Context } from '../context.ts'
import { CommandError } from '../exit.ts'

/** `in eu-central-1 of account 123456789012 under the prefix token-refresher` */
export const placeOf = async (context: Context): Promise<string> =>
  `in ${await regionOf(context)} under the prefix ${context.prefix}`

const regionOf = async ({ aws, interrupted }: Context): Promise<string> => {
  const client = await aws.sts()
  const region = await client.config.region()
  try {
    const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts')
    const { Account } = await client.send(new GetCallerIdentityCommand({}), { abortSignal: interrupted })
    return Account === undefined ? region : `${region} of account ${Account}`
  } catch {
    // Without the account id, the message still says what was not found.
    interrupted.throwIfAborted()
    return region
  }
}

/** @throws CommandError when there is none. If Lambda refuses or does not answer, the command assumes a deployment. */
export const checkDeployed = async (context: Context): Promise<void> => {
  const FunctionName = functionNames(context.prefix).bootstrap
  const client = await context.aws.lambda()
  const { GetFunctionConfigurationCommand, ResourceNotFoundException } = await import('@aws-sdk/client-lambda')
  try {
    await client.send(new GetFunctionConfigurationCommand({ FunctionName }), { abortSignal: context.interrupted })
  } catch (error) {
    context.interrupted.throwIfAborted()
    if (error instanceof ResourceNotFoundException) throw await notDeployed(context, FunctionName)
  }
}

/**
 * @returns the place of a deployment that is still empty
 * @throws CommandError when there is none: a mistyped prefix or another Region is not an empty deployment
 */
export const emptyPlace = async (context: Context): Promise<string> => {
  await checkDeployed(context)
  return placeOf(context)
}

/** @param name of the function that is not there */
export const notDeployed = async (context: Context, name: string): Promise<CommandError> =>
  new CommandError({
    code: 'NotDeployed',
    message: `there is no function ${name} ${await placeOf(context)}: nothing is deployed there`,
    remedy: 'Deploy the stack with cdk deploy, or say where it is with --region, --profile or --prefix.',
  })
