// I7: no secret value appears in a log line, metric, event, tag, error message or answer.

import { mark } from '../world/mark.ts'
import type { Scene, Watcher } from './watcher.ts'

export const i7 =
  (_: Scene): Watcher =>
  (event) => {
    if (event.kind === 'told')
      return event.text.includes(mark) ? `${event.process.name} told a secret: ${event.text}` : undefined
    if (event.kind !== 'stored') return undefined
    const { after, before, id } = event.change
    if (after?.tags === before?.tags || after?.tags === undefined) return undefined
    for (const [key, value] of after.tags) {
      if (key.includes(mark) || value.includes(mark)) return `a tag of ${id.room}/${id.name} holds a secret: ${key}`
    }
    return undefined
  }
