// What the synthesized template deploys beside the functions: schedules, alarms, the topic and its subscribers.

import * as v from 'valibot'
import { attributesOf } from '../iam/attributes.ts'
import { resolver } from '../iam/intrinsics.ts'
import { defaultPlace } from '../iam/role.ts'
import { readTemplate, resourcesOf } from '../iam/template.ts'
import type { Place } from '../secrets-manager/names.ts'

/** Properties as the template gives them, without intrinsic functions. */
export type Properties = Readonly<Record<string, unknown>>

export interface DeployedAlarm {
  readonly arn: string
  readonly properties: v.InferOutput<typeof alarm>
}

export interface DeployedSchedule {
  readonly name: string
  readonly group: string
  readonly arn: string
  readonly properties: Properties
}

export interface DeployedSubscription {
  readonly topicArn: string
  readonly protocol: string
  readonly endpoint: string
}

export interface ControlledDeployment {
  readonly place: Place
  /** Properties of each function, by its name. */
  readonly functions: ReadonlyMap<string, Properties>
  readonly schedules: readonly DeployedSchedule[]
  readonly alarms: readonly DeployedAlarm[]
  readonly topics: readonly string[]
  readonly subscriptions: readonly DeployedSubscription[]
}

const dimensions = v.optional(v.array(v.object({ Name: v.string(), Value: v.string() })), [])
const metric = v.looseObject({ Namespace: v.string(), MetricName: v.string(), Dimensions: dimensions })
const query = v.looseObject({
  Id: v.string(),
  Expression: v.optional(v.string()),
  ReturnData: v.optional(v.boolean(), true),
  MetricStat: v.optional(v.looseObject({ Metric: metric, Period: v.number(), Stat: v.string() })),
})

const alarm = v.looseObject({
  AlarmName: v.string(),
  AlarmDescription: v.optional(v.string()),
  AlarmActions: v.optional(v.array(v.string()), []),
  OKActions: v.optional(v.array(v.string()), []),
  ComparisonOperator: v.string(),
  Threshold: v.number(),
  EvaluationPeriods: v.number(),
  DatapointsToAlarm: v.optional(v.number()),
  TreatMissingData: v.optional(v.string(), 'missing'),
  Namespace: v.optional(v.string()),
  MetricName: v.optional(v.string()),
  Dimensions: dimensions,
  Period: v.optional(v.number()),
  Statistic: v.optional(v.string()),
  Metrics: v.optional(v.array(query)),
  /** Until then a new alarm stays silent, unless there is data for all its periods. */
  WarmUpConfiguration: v.optional(v.object({ WarmUpPeriodDurationInMinutes: v.number() })),
})

const schedule = v.looseObject({ Name: v.optional(v.string()), GroupName: v.optional(v.string(), 'default') })
const subscription = v.looseObject({ TopicArn: v.string(), Protocol: v.string(), Endpoint: v.string() })
const named = v.looseObject({ FunctionName: v.string() })

/** @param json the template */
export const controlledDeployment = (json: unknown, place: Place = defaultPlace): ControlledDeployment => {
  const template = readTemplate(json)
  const resolve = resolver(template, place)
  const resolved = <S extends v.GenericSchema>(type: string, schema: S) =>
    resourcesOf(template, type).map(([id, resource]) => ({
      id,
      arn: () => attributesOf(id, resource, { place, resolve }).arn,
      properties: v.parse(schema, resolve(resource.Properties)),
    }))
  return {
    place,
    functions: new Map(
      resolved('AWS::Lambda::Function', named).map(({ properties }) => [properties.FunctionName, properties]),
    ),
    schedules: resolved('AWS::Scheduler::Schedule', schedule).map(({ id, properties }) => {
      const { Name: name = id, GroupName: group } = properties
      return { name, group, properties, arn: arnOf(place, 'scheduler', `schedule/${group}/${name}`) }
    }),
    alarms: resolved('AWS::CloudWatch::Alarm', alarm).map(({ properties }) => ({
      properties,
      arn: arnOf(place, 'cloudwatch', `alarm:${properties.AlarmName}`),
    })),
    topics: resolved('AWS::SNS::Topic', v.looseObject({})).map(({ arn }) => arn()),
    subscriptions: resolved('AWS::SNS::Subscription', subscription).map(({ properties }) => ({
      topicArn: properties.TopicArn,
      protocol: properties.Protocol,
      endpoint: properties.Endpoint,
    })),
  }
}

const arnOf = ({ region, accountId }: Place, service: string, rest: string): string =>
  `arn:aws:${service}:${region}:${accountId}:${rest}`
