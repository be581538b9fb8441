// What cdk-nag's AwsSolutions pack finds, each finding with the reason why it stands. Nothing more and nothing less.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { App, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { expect, test } from 'vitest'
import cdk from '../../cdk.json' with { type: 'json' }
import { readConfiguration } from '../../lib/configuration.ts'
import { TokenRefresherStack } from '../../lib/token-refresher-stack.ts'
import { code, env } from './support.ts'

test('zz', () => {
  const app = new App({ context: cdk.context, analyticsReporting: false })
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  new TokenRefresherStack(app, 'Nag', {
    env,
    code,
    configuration: readConfiguration({ alarmEmail: 'ops@example.com' }),
  })
  try {
    app.synth()
  } catch (e) {
    console.log(String(e).slice(0, 500))
  }
  const report = JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8'))
  console.log(JSON.stringify(report, null, 1).slice(0, 12000))
  expect(1).toBe(1)
})
