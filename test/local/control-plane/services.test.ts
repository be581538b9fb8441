// The control plane through the AWS SDK, over a real socket, from the template as it is synthesized.

import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CloudWatchClient, DescribeAlarmsCommand, ListDashboardsCommand } from '@aws-sdk/client-cloudwatch'
import { CloudWatchLogsClient, DescribeLogGroupsCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { GetScheduleCommand, ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler'
import { ListSubscriptionsByTopicCommand, ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, describe, expect, it } from 'vitest'
import { startDeployedStack } from '../../../local/deployed-stack.ts'

const assembly = mkdtempSync(join(tmpdir(), 'token-refresher-control-plane-'))
const stack = await startDeployedStack({
  assembly,
  settings: { alarmEmail: 'ops@example.com', shards: 2 },
  operatorPolicy: { Statement: [{ Effect: 'Allow', Action: ['scheduler:*', 'logs:*'], Resource: '*' }] },
})
afterAll(async () => {
  await stack.close()
  rmSync(assembly, { recursive: true, force: true })
})

const access = (accessKeyId: string) => ({
  endpoint: stack.awsUrl,
  region: 'eu-central-1',
  credentials: { accessKeyId, secretAccessKey: randomUUID() },
  maxAttempts: 1,
})
const administrator = access(stack.accessKeys.administrator)
const operator = access(stack.accessKeys.operator)
const topic = 'arn:aws:sns:eu-central-1:123456789012:token-refresher-alarms'

it('says who asks', async () => {
  const answer = await new STSClient(operator).send(new GetCallerIdentityCommand({}))
  expect(answer).toMatchObject({ Account: '123456789012', Arn: 'arn:aws:iam::123456789012:user/operator' })
})

describe('the functions', () => {
  const lambda = new LambdaClient(administrator)

  it('are configured as the template says', async () => {
    const command = new GetFunctionConfigurationCommand({ FunctionName: 'token-refresher-refresh' })
    expect(await lambda.send(command)).toMatchObject({
      State: 'Active',
      Runtime: 'nodejs24.x',
      Environment: { Variables: { TOKEN_REFRESHER_PREFIX: 'token-refresher' } },
    })
  })

  it('of another name are not there', async () => {
    const command = new GetFunctionConfigurationCommand({ FunctionName: 'other' })
    await expect(lambda.send(command)).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  })

  it('are invoked by those who may', async () => {
    const command = new InvokeCommand({ FunctionName: 'token-refresher-refresh', Payload: Buffer.from('{}') })
    const { Payload } = await lambda.send(command)
    expect(JSON.parse(Payload?.transformToString() ?? '')).toMatchObject({ refreshed: 0 })
    await expect(new LambdaClient(operator).send(command)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('is not authorized to perform: lambda:InvokeFunction'),
    })
  })
})

it('tells the schedules of a group, and each as the template has it', async () => {
  const scheduler = new SchedulerClient(operator)
  const { Schedules = [] } = await scheduler.send(new ListSchedulesCommand({ GroupName: 'token-refresher' }))
  expect(Schedules).toHaveLength(2)
  const { Name = '' } = Schedules[0] ?? {}
  expect(await scheduler.send(new GetScheduleCommand({ Name, GroupName: 'token-refresher' }))).toMatchObject({
    State: 'ENABLED',
    ScheduleExpression: 'rate(5 minutes)',
    Target: { Input: '{"shard":0,"of":2}' },
  })
  await expect(scheduler.send(new GetScheduleCommand({ Name: 'x', GroupName: 'y' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  })
})

describe('the alarms', () => {
  const cloudWatch = new CloudWatchClient(administrator)

  it('are those of the template, page by page, with a state', async () => {
    const names: (string | undefined)[] = []
    let NextToken: string | undefined
    do {
      const page = await cloudWatch.send(
        new DescribeAlarmsCommand({
          AlarmNamePrefix: 'token-refresher-',
          MaxRecords: 4,
          ...(NextToken && { NextToken }),
        }),
      )
      for (const { AlarmName, StateValue, AlarmActions } of page.MetricAlarms ?? []) {
        names.push(AlarmName)
        expect(['OK', 'INSUFFICIENT_DATA']).toContain(StateValue)
        expect(AlarmActions).toEqual([topic])
      }
      NextToken = page.NextToken
    } while (NextToken !== undefined)
    expect(new Set(names).size).toBe(11)
  })

  it('are not for every caller, and what is not known here is refused by its name', async () => {
    await expect(new CloudWatchClient(operator).send(new DescribeAlarmsCommand({}))).rejects.toMatchObject({
      message: expect.stringContaining('cloudwatch:DescribeAlarms'),
    })
    await expect(cloudWatch.send(new ListDashboardsCommand({}))).rejects.toMatchObject({
      message: expect.stringContaining('ListDashboards'),
    })
  })
})

describe('the log', () => {
  const logs = new CloudWatchLogsClient(operator)

  it('holds what the functions have printed', async () => {
    await stack.invoke('refresh', {})
    const logGroupName = '/aws/lambda/token-refresher-refresh'
    const command = new FilterLogEventsCommand({ logGroupName, filterPattern: '{ $.message = "tick" }' })
    await expect.poll(async () => (await logs.send(command)).events?.length ?? 0).toBeGreaterThan(0)
    const { events = [] } = await logs.send(command)
    expect(JSON.parse(events[0]?.message ?? '')).toMatchObject({ message: 'tick', connections: 0 })
  })

  it('of another group is not there, and other operations are refused by their names', async () => {
    await expect(logs.send(new FilterLogEventsCommand({ logGroupName: 'x' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    })
    await expect(logs.send(new DescribeLogGroupsCommand({}))).rejects.toMatchObject({
      message: expect.stringContaining('DescribeLogGroups'),
    })
  })
})

describe('the topic', () => {
  const sns = new SNSClient(administrator)

  it('has the subscription of the setting, which no one has confirmed', async () => {
    const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topic }))
    expect(Subscriptions).toMatchObject([
      { Endpoint: 'ops@example.com', Protocol: 'email', SubscriptionArn: 'PendingConfirmation' },
    ])
  })

  it('of another name is not there, and other operations are refused by their names', async () => {
    const other = new ListSubscriptionsByTopicCommand({ TopicArn: `${topic}-other` })
    await expect(sns.send(other)).rejects.toMatchObject({ name: 'NotFoundException' })
    await expect(sns.send(new ListTopicsCommand({}))).rejects.toMatchObject({
      message: expect.stringContaining('ListTopics'),
    })
  })
})
