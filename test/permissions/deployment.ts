// What is deployed, read from the synthesized template: both roles' statements and the policies of the keys.

import { Template } from 'aws-cdk-lib/assertions'
import { defaultPrefix, environment, functionNames, signInFunctionName } from '../../lambda/contract.ts'
import type { FunctionName } from '../../lib/permissions/permissions.ts'
import { readConfiguration } from '../../lib/settings/configuration.ts'
import { TokenRefresherStack } from '../../lib/token-refresher-stack.ts'
import { type DeployedFunction, defaultPlace, type KeyPolicies, statementsOfRole } from '../../local/iam/role.ts'
import { readStatements } from '../../local/iam/statement.ts'
import { app, code } from '../lib/support.ts'

export interface Deployment {
  readonly functions: Readonly<Record<FunctionName, DeployedFunction>>
  readonly keyPolicies: KeyPolicies
}

const { region, accountId } = defaultPlace
const publishedKeyArn = `arn:aws:kms:${region}:${accountId}:key/0f5a3c1e-5d0b-4c57-9d5c-0d3a3a1f7b11`

/** What KMS gives a key when no one says otherwise: the account may do everything, by its IAM policies. */
const defaultKeyPolicy = {
  Statement: [
    { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: 'kms:*', Resource: '*' },
  ],
}

const deploy = (settings: Readonly<Record<string, unknown>>): Deployment => {
  const stack = new TokenRefresherStack(app(), 'Deployed', {
    code,
    configuration: readConfiguration({ signIn: 'on', webIdentity: 'on', clientSecretRenewal: 'on', ...settings }),
  })
  const template = Template.fromStack(stack).toJSON()
  const names = functionNames(defaultPrefix)
  const functions = {
    refresh: statementsOfRole(template, names.refresh),
    bootstrap: statementsOfRole(template, names.bootstrap),
    signIn: statementsOfRole(template, signInFunctionName(defaultPrefix)),
  }
  const given = [publishedKeyArn, readStatements(defaultKeyPolicy)] as const
  return { functions, keyPolicies: new Map([...functions.refresh.keyPolicies, given]) }
}

/** Without an account and a Region of its own, as `cdk deploy` has it. */
export const plain = deploy({})

/** Deployed again with the private key that `plain` has left, whose policy stays as it was. */
export const again: Deployment = (() => {
  const { functions } = deploy({ privateKeyArn: plain.functions.refresh.environment[environment.privateKeyArn] })
  return { functions, keyPolicies: plain.keyPolicies }
})()

/** Deployed again without it: with a key of its own, beside which the policy of the old one stays as it was. */
export const anew: Deployment = (() => {
  const newKeyArn = `arn:aws:kms:${region}:${accountId}:key/8a1f2f0e-7c0e-4f0c-9a51-3a5e5d0c9b22`
  const { functions } = deploy({ privateKeyArn: newKeyArn })
  const policy = plain.keyPolicies.get(plain.functions.refresh.environment[environment.privateKeyArn] ?? '')
  if (policy === undefined) throw new Error('the private key of the deployment has no policy')
  return { functions, keyPolicies: new Map([...plain.keyPolicies, [newKeyArn, policy]]) }
})()

/** With copies of the published secrets in another Region. */
export const replicated = deploy({ replicaRegions: 'eu-west-1' })

/** The same with a key for the published secrets: no permission of `plain` is missing here. */
export const withPublishedKey = deploy({ publishedKeyArn })
