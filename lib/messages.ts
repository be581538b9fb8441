// From an event to a message that a person can act on: which connection, why, what to do, where to read on.
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events'
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { events } from '../lambda/contract.ts'

const detail = (name: string): string => EventField.fromPath(`$.detail.${name}`)

/** A field that an event does not have is left empty, so the two kinds of event get a text each. */
const subject = [
  `${EventField.fromPath('$.detail-type')}: connection ${detail('connection')} (client ${detail('client')})`,
  `When and where: ${EventField.time}, account ${EventField.account}, ${EventField.fromPath('$.region')}`,
]

const problem = [
  ...subject,
  `Reason: ${detail('class')} ${detail('code')}`,
  `What to do: ${detail('remedy')}`,
  `Runbook: ${detail('runbook')}`,
]

const news = [...subject, 'Nothing to do.']

export interface MessagesProps {
  readonly topic: ITopic
  /** Where messages go that could not be sent. */
  readonly undelivered: IQueue
}

/** The rules that send state changes to the topic. */
export class Messages extends Construct {
  constructor(scope: Construct, id: string, props: MessagesProps) {
    super(scope, id)
    const send = (lines: readonly string[]): SnsTopic =>
      new SnsTopic(props.topic, {
        // A line each: a line break inside one would arrive as backslash and n.
        message: RuleTargetInput.fromMultilineText(lines.join('\n')),
        deadLetterQueue: props.undelivered,
      })
    new Rule(this, 'Problems', {
      description: 'token-refresher: what a person has to act on',
      eventPattern: {
        source: [events.source],
        detailType: [events.actionRequired, events.clientActionRequired, events.clientSecretExpiring],
      },
      targets: [send(problem)],
    })
    new Rule(this, 'News', {
      description: 'token-refresher: what is well again, or new',
      eventPattern: { source: [events.source], detailType: [events.bootstrapped, events.recovered] },
      targets: [send(news)],
    })
  }
}
