// EventBridge's PutEvents at the AWS endpoint: keeps what it was sent.

import type { LoopbackAnswer, LoopbackRequest } from './loopback-server.ts'

export interface SentEvent {
  readonly source: string
  readonly detailType: string
  readonly detail: unknown
}

export class EventBus {
  readonly entries: SentEvent[] = []

  handle({ headers, body }: LoopbackRequest): LoopbackAnswer | undefined {
    if (headers['x-amz-target'] !== 'AWSEvents.PutEvents') return undefined
    const { Entries }: { Entries: { Source: string; DetailType: string; Detail: string }[] } = JSON.parse(body)
    for (const { Source, DetailType, Detail } of Entries) {
      this.entries.push({ source: Source, detailType: DetailType, detail: JSON.parse(Detail) })
    }
    const answer = { FailedEntryCount: 0, Entries: Entries.map((_, index) => ({ EventId: String(index) })) }
    return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(answer) }
  }
}
