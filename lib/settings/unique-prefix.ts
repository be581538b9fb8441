// Two deployments under one prefix would write each other's secrets. This check finds them at synth, if they are in one app.
import { Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'

/** Marks a construct with a prefix, so that the check finds it. */
export interface Prefixed extends Construct {
  readonly prefix: string
}

/**
 * Refuses a second use of a prefix in one account and Region of an app. Other apps are not visible here; there
 * CloudFormation refuses the names that both would take: the functions', and the export that names the first stack. Upper and
 * lower case are one: IAM has no two roles whose names differ in that alone.
 *
 * @throws Error that names both constructs
 */
export const refuseSecondUse = (candidate: Prefixed, others: readonly Prefixed[]): void => {
  const home = Stack.of(candidate).environment
  const first = others.find(
    (other) =>
      other !== candidate &&
      other.prefix.toLowerCase() === candidate.prefix.toLowerCase() &&
      Stack.of(other).environment === home,
  )
  if (!first) return
  throw new Error(
    `prefix: given ${JSON.stringify(candidate.prefix)} for ${candidate.node.path}; ${first.node.path} has it already ` +
      `in the same account and Region (${home}). Give one of them another prefix.`,
  )
}
