// The alarms: they exist, none is in ALARM, and their topic has a subscriber.

import { defaultRunbookUrl } from '../../lambda/contract.ts'
import type { Context } from '../context.ts'
import { attention, type Check, counted, some, well } from './check.ts'

interface FoundAlarm {
  readonly name: string
  readonly firing: boolean
  /** Its actions are disabled, so it notifies no one. */
  readonly mute: boolean
  readonly topics: readonly string[]
  /** Taken from its description. */
  readonly runbook: string
}

const alarmsOf = async ({ aws, prefix, interrupted }: Context): Promise<readonly FoundAlarm[]> => {
  const client = await aws.cloudWatch()
  const { paginateDescribeAlarms } = await import('@aws-sdk/client-cloudwatch')
  const input = { AlarmNamePrefix: `${prefix}-` }
  const found: FoundAlarm[] = []
  for await (const page of paginateDescribeAlarms({ client }, input, { abortSignal: interrupted })) {
    for (const alarm of page.MetricAlarms ?? []) {
      // The prefix of another deployment may begin with this prefix.
      if (alarm.AlarmName?.slice(input.AlarmNamePrefix.length).includes('-')) continue
      const { AlarmName: name = '', StateValue, ActionsEnabled = true, AlarmActions: topics = [] } = alarm
      const runbook = /What to do: (\S+)/.exec(alarm.AlarmDescription ?? '')?.[1] ?? defaultRunbookUrl
      found.push({ name, firing: StateValue === 'ALARM', mute: !ActionsEnabled, topics, runbook })
    }
  }
  return found
}

export const alarms: Check = {
  name: 'alarms',
  look: async (context) => {
    const all = await alarmsOf(context)
    if (all.length === 0)
      return attention(`none named ${context.prefix}-…`, 'Deploy again with cdk deploy: a failure would be silent.')
    const firing = all.filter((alarm) => alarm.firing)
    const mute = all.filter((alarm) => alarm.mute)
    if (firing.length === 0 && mute.length > 0) {
      const found = `${some(mute.map(({ name }) => name))}: actions disabled, so they notify no one`
      const remedy = 'Enable them with: aws cloudwatch enable-alarm-actions --alarm-names <name>'
      return attention(found, remedy)
    }
    if (firing.length === 0) return well(`${counted(all.length, 'alarm')}, none fires`)
    const runbooks = [...new Set(firing.map(({ runbook }) => runbook))]
    return attention(`${some(firing.map(({ name }) => name))}: in alarm`, `See ${some(runbooks)}.`)
  },
}

export const subscriptions: Check = {
  name: 'subscriptions',
  look: async (context) => {
    const topics = [...new Set((await alarmsOf(context)).flatMap((alarm) => alarm.topics))]
    const client = await context.aws.sns()
    const { paginateListSubscriptionsByTopic } = await import('@aws-sdk/client-sns')
    const confirmed: string[] = []
    const pending: string[] = []
    for (const TopicArn of topics) {
      const pages = paginateListSubscriptionsByTopic({ client }, { TopicArn }, { abortSignal: context.interrupted })
      for await (const { Subscriptions = [] } of pages) {
        for (const { SubscriptionArn, Endpoint = '' } of Subscriptions) {
          if (SubscriptionArn === 'PendingConfirmation') pending.push(Endpoint)
          else confirmed.push(Endpoint)
        }
      }
    }
    if (pending.length > 0) {
      return attention(
        `not confirmed: ${some(pending)}`,
        'Follow the link in the mail from AWS; it sends nothing else before that.',
      )
    }
    if (confirmed.length === 0) {
      return attention(
        'no subscriber receives the alarms',
        'Deploy with cdk deploy -c alarmEmail=you@example.com, or subscribe to the topic.',
      )
    }
    return well(`${counted(confirmed.length, 'subscription')} confirmed: ${some(confirmed)}`)
  },
}
