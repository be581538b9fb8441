// Turns an event into a message for a person: which connection, why, what to do, where to read more.
import { EventBus, EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events'
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets'
import type { Role } from 'aws-cdk-lib/aws-iam'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { eventBusName, events } from '../../lambda/contract.ts'

const detail = (name: string): string => EventField.fromPath(`$.detail.${name}`)

/** A field that an event does not have would be left empty, so each kind of event has a text of its own. */
const where = `Where: deployment ${detail('prefix')} of token-refresher, AWS account ${EventField.account}, ${EventField.fromPath('$.region')}`
const why = `Why: ${detail('class')} ${detail('code')}, since ${detail('since')}`
const whatToDo = `What to do: ${detail('remedy')}`
const readOn = `Read more: ${detail('runbook')}`

const connectionNeedsAction = [
  `The connection ${detail('connection')} needs a person. Until then its access token is not renewed.`,
  why,
  whatToDo,
  `Apps can continue until ${detail('access_token_expires_at')}, when the access token that they read expires.`,
  `App registration (client): ${detail('client')}`,
  where,
  readOn,
]

const clientNeedsAction = [
  `The app registration (client) ${detail('client')} is refused, so the refresher renews none of its connections until the client is accepted again. Tokens that were published before are valid until they expire.`,
  why,
  `Refused with: connection ${detail('connection')}`,
  whatToDo,
  'No connection is lost: all of them recover by themselves after the repair.',
  where,
  readOn,
]

/** Texts of the events with a link. The last line of the mail is the link, so that it can be forwarded as it is. */
const forward = [
  `Forward this message to ${detail('sign_in_as')}, who opens the link and signs in. A sign-in with another account changes nothing.`,
  `Sign in: ${detail('sign_in_link')}`,
]

const signInReminder = [
  `The connection ${detail('connection')} still waits for a sign-in.`,
  why,
  whatToDo,
  where,
  readOn,
]

const connectionDelayed = [
  `The connection ${detail('connection')} has not been refreshed for an hour. The refresher tries again by itself.`,
  why,
  whatToDo,
  `App registration (client): ${detail('client')}`,
  where,
  readOn,
]

const clientDelayed = [
  `Two or more connections of the app registration (client) ${detail('client')} have not been refreshed for an hour.`,
  why,
  whatToDo,
  'The refresher tries again by itself, and a message says when it is over.',
  where,
  readOn,
]

const clientSecretExpires = [
  `The client secret of the app registration (client) ${detail('client')} expires on ${detail('client_secret_expires_at')}.`,
  whatToDo,
  'Until then everything works; afterwards none of its connections is refreshed.',
  where,
  readOn,
]

const clientSecretNotRenewed = [
  `The client secret of the app registration (client) ${detail('client')} could not be renewed.`,
  why,
  whatToDo,
  `The present client secret expires on ${detail('client_secret_expires_at')}. Until then everything works; afterwards none of its connections is refreshed.`,
  'The bootstrap function tries again every hour, and a message says when it has succeeded.',
  where,
  readOn,
]

const clientSecretRenewed = [
  `The client secret of the app registration (client) ${detail('client')} was renewed. The one that is used now expires on ${detail('client_secret_expires_at')}.`,
  'Apps that read the client secret from a published secret find the new one there after the next refresh of the connection.',
  'What to do: if an app has a copy that a person made, give it the new one before the old one expires. Otherwise nothing.',
  where,
  readOn,
]

const connectionEnds = [
  `The provider ends the connection ${detail('connection')} on ${detail('ends_at')}, although it is refreshed.`,
  whatToDo,
  'Until then everything works; afterwards its access token is not renewed.',
  `App registration (client): ${detail('client')}`,
  where,
  readOn,
]

const connectionWell = [
  `${EventField.fromPath('$.detail-type')}: ${detail('connection')}. Nothing to do.`,
  `Since ${detail('since')}`,
  where,
]

const clientWell = [
  `The app registration (client) ${detail('client')} is accepted again. Nothing to do.`,
  `Since ${detail('since')}`,
  where,
]

export interface MessagesProps {
  /** The event bus has this name. */
  readonly prefix: string
  readonly topic: ITopic
  /** Whether people sign in by a link. */
  readonly signIn: boolean
  /** Whether client secrets can renew themselves. */
  readonly clientSecretRenewal: boolean
  /** Publishes to the topic for the rules. */
  readonly publisher: Role
  /** The queue for messages that could not be sent. */
  readonly undelivered: IQueue
}

/**
 * The event bus of this deployment, and the rules that send its state changes to the topic. A bus of our own, because the
 * text of a mail comes from the event: on the default bus every application that may put events there could write it.
 */
export class Messages extends Construct {
  readonly bus: EventBus

  constructor(scope: Construct, id: string, props: MessagesProps) {
    super(scope, id)
    this.bus = new EventBus(this, 'Bus', {
      eventBusName: eventBusName(props.prefix),
      description: `token-refresher: state changes of ${props.prefix}`,
    })
    const send = (lines: readonly string[]): SnsTopic =>
      new SnsTopic(props.topic, {
        // A line each: a line break inside one would arrive as backslash and n.
        message: RuleTargetInput.fromMultilineText(lines.join('\n')),
        deadLetterQueue: props.undelivered,
        // The role already has the permission. The CDK's own grant would add a wildcard.
        role: props.publisher.withoutPolicyUpdates(),
      })
    const rule = (
      detailTypes: readonly string[],
      lines: readonly string[],
      fields: Record<string, unknown[]> = {},
    ) => ({
      description: `token-refresher: ${detailTypes.join(', ')}`,
      eventBus: this.bus,
      eventPattern: {
        source: [events.source],
        detailType: [...detailTypes],
        detail: { prefix: [props.prefix], ...fields },
      },
      targets: [send(lines)],
    })
    /** If people sign in by a link, an event may contain one, and then has its own text. */
    const withOrWithoutLink = (id: string, detailType: string, lines: readonly string[]): void => {
      const without = props.signIn ? { sign_in_link: [{ exists: false }] } : {}
      new Rule(this, id, rule([detailType], lines, without))
      if (!props.signIn) return
      const linked = rule([detailType], [...lines, ...forward], { sign_in_link: [{ exists: true }] })
      new Rule(this, `${id}WithLink`, { ...linked, description: `${linked.description}, with a link` })
    }
    withOrWithoutLink('ConnectionActionRequired', events.actionRequired, connectionNeedsAction)
    if (props.signIn) withOrWithoutLink('SignInReminder', events.signInReminder, signInReminder)
    new Rule(this, 'ClientActionRequired', rule([events.clientActionRequired], clientNeedsAction))
    new Rule(this, 'ConnectionDelayed', rule([events.delayed], connectionDelayed))
    new Rule(this, 'ClientDelayed', rule([events.clientDelayed], clientDelayed))
    new Rule(this, 'ClientSecretExpiring', rule([events.clientSecretExpiring], clientSecretExpires))
    if (props.clientSecretRenewal) {
      new Rule(this, 'ClientSecretNotRenewed', rule([events.clientSecretNotRenewed], clientSecretNotRenewed))
      new Rule(this, 'ClientSecretRenewed', rule([events.clientSecretRenewed], clientSecretRenewed))
    }
    withOrWithoutLink('ConnectionEnding', events.connectionEnding, connectionEnds)
    new Rule(this, 'ConnectionWell', rule([events.bootstrapped, events.recovered], connectionWell))
    new Rule(this, 'ClientWell', rule([events.clientRecovered], clientWell))
  }
}
