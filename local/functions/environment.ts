// The environment of a function: the variables of its template, and those that Lambda adds. None of this process.

import { environment as names } from '../../lambda/contract.ts'
import type { DeployedFunction } from '../iam/role.ts'

export interface Surroundings {
  /** AWS_ENDPOINT_URL: the embedded stack. */
  readonly endpoint: string
  readonly region: string
  /** The role's. */
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** The variables that the embedded stack adds to the template's, because its provider is on this machine. */
export const embeddedVariables: Readonly<Record<string, string>> = { [names.allowLoopbackHttp]: '1' }

export const environmentOf = (
  { functionName, environment }: Pick<DeployedFunction, 'functionName' | 'environment'>,
  { endpoint, region, accessKeyId, secretAccessKey }: Surroundings,
): Readonly<Record<string, string>> => ({
  ...environment,
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  AWS_ENDPOINT_URL: endpoint,
  AWS_LAMBDA_FUNCTION_NAME: functionName,
  ...embeddedVariables,
})
