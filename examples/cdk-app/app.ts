// A CDK application that deploys token-refresher, lets a function read one connection, and adds an alarm of its own.

import { App, Duration, Stack } from 'aws-cdk-lib'
import { ComparisonOperator } from 'aws-cdk-lib/aws-cloudwatch'
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { TokenRefresher } from '../../lib/token-refresher.ts'

const app = new App()
const stack = new Stack(app, 'Mail')

const refresher = new TokenRefresher(stack, 'TokenRefresher', {
  every: Duration.minutes(5),
  minimumValidity: Duration.minutes(20),
  runbookUrl: 'https://wiki.example.com/token-refresher',
})
refresher.alarmTopic.addSubscription(new EmailSubscription('you@example.com'))

const reader = new LambdaFunction(stack, 'Reader', {
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: Code.fromInline('exports.handler = async () => {}'),
})
const connection = refresher.connection('sales-mailbox')
connection.grantRead(reader)
reader.addEnvironment('SECRET', connection.secret.secretName)

refresher.metricLowestValidityMinutes().createAlarm(stack, 'ValidityBelow25Minutes', {
  comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
  threshold: 25,
  evaluationPeriods: 1,
})
