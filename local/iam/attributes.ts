// The values that CloudFormation returns for a deployed resource: its Ref, its Arn, and other attributes.

import { createHash } from 'node:crypto'
import type { Place } from '../secrets-manager/names.ts'
import type { Resource } from './template.ts'

export interface Deployed {
  readonly ref: string
  readonly arn: string
  /** Fn::GetAtt QueueName. */
  readonly queueName?: string
  /** Fn::GetAtt FunctionUrl. */
  readonly functionUrl?: string
}

/** The given name, or a generated one: here the logical id in place of CloudFormation's. */
type Named = (property: string) => string

type Attributes = (named: Named, arn: (service: string, rest: string) => string, place: Place) => Deployed

const attributes: ReadonlyMap<string, Attributes> = new Map<string, Attributes>([
  [
    'AWS::IAM::Role',
    (named, _, { accountId }) => {
      const name = named('RoleName')
      return { ref: name, arn: `arn:aws:iam::${accountId}:role/${name}` }
    },
  ],
  [
    'AWS::KMS::Key',
    (named, arn) => {
      const id = uuidOf(named('no name'))
      return { ref: id, arn: arn('kms', `key/${id}`) }
    },
  ],
  [
    'AWS::Logs::LogGroup',
    (named, arn) => {
      const name = named('LogGroupName')
      return { ref: name, arn: arn('logs', `log-group:${name}:*`) }
    },
  ],
  [
    'AWS::SQS::Queue',
    (named, arn, { region, accountId }) => {
      const name = named('QueueName')
      return { ref: `https://sqs.${region}.amazonaws.com/${accountId}/${name}`, arn: arn('sqs', name), queueName: name }
    },
  ],
  [
    'AWS::SNS::Topic',
    (named, arn) => {
      const topic = arn('sns', named('TopicName'))
      return { ref: topic, arn: topic }
    },
  ],
  [
    'AWS::Lambda::Url',
    (named, arn, { region }) => {
      const target = named('no name')
      const functionUrl = `https://${uuidOf(target).replaceAll('-', '')}.lambda-url.${region}.on.aws/`
      return { ref: arn('lambda', `function:${target}`), arn: arn('lambda', `function:${target}`), functionUrl }
    },
  ],
  [
    'AWS::Lambda::Function',
    (named, arn) => {
      const name = named('FunctionName')
      return { ref: name, arn: arn('lambda', `function:${name}`) }
    },
  ],
])

/**
 * @param resolve resolves the intrinsic functions in a name, such as the Region of the stack
 * @throws Error that names a type of resource that is not known here
 */
export const attributesOf = (
  id: string,
  { Type, Properties }: Resource,
  { place, resolve }: { readonly place: Place; readonly resolve: (value: unknown) => unknown },
): Deployed => {
  const find = attributes.get(Type)
  if (find === undefined) throw new Error(`what ${id} is when deployed is not known here: ${Type}`)
  const named: Named = (property) => {
    const name = resolve(Properties[property] ?? id)
    if (typeof name !== 'string') throw new Error(`${property} of ${id} is no plain text`)
    return name
  }
  return find(named, (service, rest) => `arn:aws:${service}:${place.region}:${place.accountId}:${rest}`, place)
}

/** The same value every time. */
const uuidOf = (text: string): string =>
  createHash('sha256')
    .update(text)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')
