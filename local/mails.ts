// The messages to the subscribers of the alarms: the deployed rules turn events into text. No mail leaves this machine.

import * as v from 'valibot'
import type { SentEvent } from './event-bus.ts'
import { defaultPlace } from './iam/role.ts'

const rule = v.object({
  Type: v.literal('AWS::Events::Rule'),
  Properties: v.object({
    EventPattern: v.object({
      source: v.array(v.string()),
      'detail-type': v.array(v.string()),
      detail: v.record(v.string(), v.array(v.union([v.string(), v.strictObject({ exists: v.boolean() })]))),
    }),
    Targets: v.array(
      v.object({
        InputTransformer: v.object({ InputPathsMap: v.record(v.string(), v.string()), InputTemplate: v.string() }),
      }),
    ),
  }),
})

type Rule = v.InferOutput<typeof rule>['Properties']

export interface Mail {
  /** Milliseconds since 1970. */
  readonly at: number
  /** The first line of the text, if any, is the subject. */
  readonly lines: readonly string[]
}

/** @param template of the deployed stack */
export const mailsOf = (template: unknown, events: readonly SentEvent[]): readonly Mail[] => {
  const resources = Object.values(Object(Object(template).Resources))
  const rules = resources.flatMap((one) => (v.is(rule, one) ? [one.Properties] : []))
  return events.flatMap((event) =>
    rules
      .filter((one) => isFor(one, event))
      .flatMap(({ Targets }) =>
        Targets.map(({ InputTransformer: { InputPathsMap, InputTemplate } }) => ({
          at: event.at,
          lines: InputTemplate.split('\n').map((line) => filled(line, InputPathsMap, event)),
        })),
      ),
  )
}

const isFor = ({ EventPattern }: Rule, { source, detailType, detail }: SentEvent): boolean =>
  EventPattern.source.includes(source) &&
  EventPattern['detail-type'].includes(detailType) &&
  Object.entries(EventPattern.detail).every(([name, wanted]) => {
    const value: unknown = Object(detail)[name]
    return wanted.some((one) => (typeof one === 'string' ? one === value : one.exists === (value !== undefined)))
  })

/** A line of the template is a JSON string, in which `<name>` stands for a field of the event. */
const filled = (line: string, paths: Readonly<Record<string, string>>, event: SentEvent): string => {
  const text: unknown = JSON.parse(line)
  return String(text).replace(/<([A-Za-z0-9_-]+)>/g, (whole, name: string) => {
    const path = paths[name]
    return path === undefined ? whole : fieldOf(event, path)
  })
}

const fieldOf = (event: SentEvent, path: string): string => {
  const known: Readonly<Record<string, unknown>> = {
    '$.account': defaultPlace.accountId,
    '$.region': defaultPlace.region,
    '$.detail-type': event.detailType,
  }
  return String(known[path] ?? Object(event.detail)[path.replace('$.detail.', '')] ?? '')
}
