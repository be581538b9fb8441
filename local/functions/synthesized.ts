// The deployment with its real bundles, synthesized into a directory: what bin/ deploys.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { App } from 'aws-cdk-lib'
import cdk from '../../cdk.json' with { type: 'json' }
import { functionNames, signInFunctionName } from '../../lambda/contract.ts'
import type { FunctionName } from '../../lib/permissions/permissions.ts'
import { readConfiguration } from '../../lib/settings/configuration.ts'
import { TokenRefresherStack } from '../../lib/token-refresher-stack.ts'
import { type DeployedFunction, statementsOfRole } from '../iam/role.ts'
import { assetOf } from './asset.ts'
import type { BareFunctionOptions } from './bare-function.ts'
import { environmentOf, type Surroundings } from './environment.ts'

export interface SynthesizedFunction extends DeployedFunction {
  /** Directory of its code. */
  readonly asset: string
}

export type Synthesized = Readonly<
  Record<Exclude<FunctionName, 'signIn'>, SynthesizedFunction> & {
    /** Present if the setting `signIn` is on. */
    readonly signIn?: SynthesizedFunction
  }
>

export interface SynthesizedStack {
  readonly template: unknown
  readonly functions: Synthesized
}

const stackName = 'Synthesized'

/**
 * @param directory where the cloud assembly is written
 * @param settings as in cdk.json
 */
export const synthesize = (directory: string, settings: Readonly<Record<string, unknown>> = {}): SynthesizedStack => {
  const app = new App({
    context: cdk.context,
    outdir: directory,
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
  })
  new TokenRefresherStack(app, stackName, { configuration: readConfiguration(settings) })
  app.synth()
  return readSynthesized(directory, settings)
}

/**
 * @param directory where `synthesize` has written the cloud assembly
 * @param settings with which it did
 */
export const readSynthesized = (
  directory: string,
  settings: Readonly<Record<string, unknown>> = {},
): SynthesizedStack => {
  const configuration = readConfiguration(settings)
  const template: unknown = JSON.parse(readFileSync(join(directory, `${stackName}.template.json`), 'utf8'))
  const names = functionNames(configuration.prefix)
  const read = (name: string): SynthesizedFunction => ({
    ...statementsOfRole(template, name),
    asset: assetOf(directory, template, name),
  })
  const signIn = configuration.signIn === 'on' ? { signIn: read(signInFunctionName(configuration.prefix)) } : {}
  return { template, functions: { refresh: read(names.refresh), bootstrap: read(names.bootstrap), ...signIn } }
}

/** Code and environment to start the function in a process of its own. */
export const processOf = (deployed: SynthesizedFunction, surroundings: Surroundings): BareFunctionOptions => ({
  asset: deployed.asset,
  environment: environmentOf(deployed, surroundings),
  timeoutSeconds: deployed.timeoutSeconds,
})
