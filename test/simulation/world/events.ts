// What happens in the world, as the watchers see it.

import type { Announcement } from '../../../lambda/ports.ts'
import type { Process } from '../engine/process.ts'
import type { Change, Version } from './secrets.ts'
import type { Asked } from './token-endpoint.ts'

export type WorldEvent =
  | { readonly kind: 'stored'; readonly change: Change }
  | { readonly kind: 'asked'; readonly asked: Asked }
  /** Regardless of what a process printed, answered or threw. */
  | { readonly kind: 'told'; readonly process: Process; readonly text: string }
  | { readonly kind: 'ended'; readonly process: Process }
  | { readonly kind: 'disturbed'; readonly what: string; readonly at: number; readonly until: number }
  /** People were reported. */
  | { readonly kind: 'announced'; readonly process: Process; readonly announcements: readonly Announcement[] }
  /** An app has read again what it may have held since it read before. */
  | {
      readonly kind: 'read'
      readonly connection: string
      readonly version: Version | undefined
      readonly held: Version | undefined
    }
  /** A moment at which nothing happens: what apps read is looked at. */
  | { readonly kind: 'looked' }
  /** Nothing has gone wrong for two ticks. */
  | { readonly kind: 'settled' }
