// The queue for events that could not be delivered, or whose run failed as a whole.
import { Duration } from 'aws-cdk-lib'
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'

export interface DeadLetterQueueProps {
  /** First part of every name; the queue is `<prefix>-undelivered`. */
  readonly prefix: string
}

/**
 * One queue for the three ways an event can be lost: the scheduler could not hand it to Lambda, the run failed, a
 * message could not be sent. So there is one queue to read and one alarm. A queue and not a topic, because the event is evidence to
 * keep; the alarm notifies people. It holds events and error messages, no secrets: the queue's own key is enough.
 */
export class DeadLetterQueue extends Construct {
  readonly queue: IQueue

  constructor(scope: Construct, id: string, props: DeadLetterQueueProps) {
    super(scope, id)
    this.queue = new Queue(this, 'Queue', {
      queueName: `${props.prefix}-undelivered`,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    })
  }
}
