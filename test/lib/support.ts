// Apps, templates and directories for the tests: the flags of cdk.json, and a line of code in place of the bundles.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { Code } from 'aws-cdk-lib/aws-lambda'
import { expect, onTestFinished } from 'vitest'
import cdk from '../../cdk.json' with { type: 'json' }
import type { FunctionsCode } from '../../lib/functions/functions.ts'
import { readConfiguration } from '../../lib/settings/configuration.ts'
import { TokenRefresherStack } from '../../lib/token-refresher-stack.ts'

export const account = '123456789012'
export const region = 'eu-west-1'
export const env = { account, region }

/** The bundles are another test's business. */
export const code: FunctionsCode = {
  refresh: Code.fromInline('exports.handler = async () => ({})'),
  bootstrap: Code.fromInline('exports.handler = async () => ({})'),
  signIn: Code.fromInline('exports.handler = async () => ({})'),
}

/** CloudFormation's validation is left to the tests that are about it: it takes a second each time. */
export const app = (): App =>
  new App({ context: cdk.context, analyticsReporting: false, builtinCloudFormationValidation: false })

/** A deployment in a known account and Region, so that ARNs in its template can be read. */
export const stackWith = (settings: Readonly<Record<string, unknown>> = {}): TokenRefresherStack =>
  new TokenRefresherStack(app(), 'Test', { env, code, configuration: readConfiguration(settings) })

const templates = new Map<string, Template>()

/** What is read and not changed: each deployment is synthesized once. */
export const templateWith = (settings: Readonly<Record<string, unknown>> = {}): Template => {
  const key = JSON.stringify(settings)
  const template = templates.get(key) ?? Template.fromStack(stackWith(settings))
  templates.set(key, template)
  return template
}

/** A stack of another application, to put a TokenRefresher or its users in. */
export const emptyStack = (id = 'Other', scope: App = app()): Stack => new Stack(scope, id, { env })

/** Properties of the only resource of a type, or of the one whose logical id has a part. */
export const propertiesOf = (template: Template, type: string, part = ''): Record<string, unknown> => {
  const found = Object.entries(template.findResources(type)).filter(([id]) => id.includes(part))
  const [only] = found
  if (!only || found.length > 1) throw new Error(`${found.length} resources of type ${type} with "${part}"`)
  const { Properties } = only[1]
  return Properties
}

/** An empty directory that is gone after the test. */
export const temporary = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'token-refresher-test-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** Trust of a role for the schedules of this deployment's group alone. */
export const trustOfScheduleGroup = {
  Statement: [
    {
      Principal: { Service: 'scheduler.amazonaws.com' },
      Condition: {
        StringEquals: {
          'aws:SourceAccount': '123456789012',
          'aws:SourceArn': { 'Fn::GetAtt': [expect.stringContaining('ScheduleGroup'), 'Arn'] },
        },
      },
    },
  ],
}

/** Statements of a role that starts one function, and keeps an event that it could not hand over. */
export const startsAlone = (functionId: string) => [
  {
    Action: 'lambda:InvokeFunction',
    Resource: { 'Fn::GetAtt': [expect.stringContaining(functionId), 'Arn'] },
  },
  { Action: 'sqs:SendMessage', Resource: { 'Fn::GetAtt': [expect.stringContaining('Undelivered'), 'Arn'] } },
]
