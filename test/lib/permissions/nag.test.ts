// What cdk-nag's AwsSolutions pack finds, each finding with the reason why it stands. No more, and no fewer.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { App, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { expect, test } from 'vitest'
import cdk from '../../../cdk.json' with { type: 'json' }
import { readConfiguration } from '../../../lib/settings/configuration.ts'
import { TokenRefresherStack } from '../../../lib/token-refresher-stack.ts'
import { code, env } from '../support.ts'

interface Acknowledgement {
  readonly path: string
  readonly id: string
  readonly reason: string
}

const refreshRole = 'TokenRefresher/Functions/Refresh/Role/DefaultPolicy/Resource'
const bootstrapRole = 'TokenRefresher/Functions/Bootstrap/Role/DefaultPolicy/Resource'
const room = (name: string): string =>
  `AwsSolutions-IAM5[Resource::arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-refresher/${name}/*]`

const ofItsWork = 'Secrets of this room are made while the system runs; the star covers them, under our prefix alone.'

/** With the renewal of client secrets, which adds a listing by the bootstrap. */
const acknowledgements: readonly Acknowledgement[] = [
  {
    path: 'TokenRefresher/Undelivered/Queue/Resource',
    id: 'AwsSolutions-SQS3',
    reason: 'It is the dead-letter queue, of the schedule, the functions and the rules, which cdk-nag does not see.',
  },
  {
    path: refreshRole,
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'ListSecrets and BatchGetSecretValue know no resource; values still take GetSecretValue on the secret.',
  },
  {
    path: bootstrapRole,
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'ListSecrets knows no resource; values still take GetSecretValue on the secret.',
  },
  ...['clients', 'grants', 'connections'].map((name) => ({ path: refreshRole, id: room(name), reason: ofItsWork })),
  ...['logins', 'clients', 'grants', 'connections'].map((name) => ({
    path: bootstrapRole,
    id: room(name),
    reason: ofItsWork,
  })),
]

interface Report {
  readonly pluginReports: readonly {
    readonly pluginName: string
    readonly violations: readonly {
      readonly ruleName: string
      readonly violatingConstructs: readonly { readonly constructPath: string }[]
    }[]
  }[]
}

/** Synthesizes with the pack, and gives what it finds beside what is acknowledged. */
const findings = (acknowledged: readonly Acknowledgement[]): readonly string[] => {
  const app = new App({ context: cdk.context, analyticsReporting: false })
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  const configuration = readConfiguration({ alarmEmail: 'ops@example.com', clientSecretRenewal: 'on' })
  const stack = new TokenRefresherStack(app, 'Nag', { env, code, configuration })
  for (const { path, id, reason } of acknowledged) {
    const construct = stack.node.findAll().find((child) => child.node.path === `Nag/${path}`)
    if (!construct) throw new Error(`no construct at ${path}`)
    Validations.of(construct).acknowledge({ id, reason })
  }
  let refusal: unknown
  try {
    app.synth()
  } catch (error) {
    refusal = error
  }
  const report: Report = JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8'))
  const violations = report.pluginReports.flatMap((plugin) => plugin.violations)
  if (refusal && violations.length === 0) throw refusal
  return violations.flatMap(({ ruleName, violatingConstructs }) =>
    violatingConstructs.map(({ constructPath }) => `${constructPath}: ${ruleName}`),
  )
}

test('cdk-nag finds exactly what has a reason here', () => {
  const expected = acknowledgements.map(({ path, id }) => `Nag/${path}: ${id}`)
  expect(findings([]).toSorted()).toEqual(expected.toSorted())
})

test('with the reasons given, cdk-nag and CloudFormation’s own validation have nothing against it', () => {
  expect(findings(acknowledgements)).toEqual([])
})
