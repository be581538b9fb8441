// Stands in for Lambda's runtime in the function's own process: loads the bundle once, then answers event after event.

import { randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Invocation, Invoked } from './messages.ts'

interface Context {
  getRemainingTimeInMillis(): number
}

interface Bundle {
  readonly handler: (event: unknown, context: Context) => Promise<unknown>
}

/** Started in the directory of the function's code. */
const load = (): Bundle => createRequire(join(process.cwd(), 'index.js'))('./index.js')

const invoke = async ({ event, remainingMilliseconds }: Invocation): Promise<Invoked> => {
  const end = Date.now() + remainingMilliseconds
  try {
    const answer = await load().handler(event, { getRemainingTimeInMillis: () => end - Date.now() })
    return { answer: answer ?? null }
  } catch (error) {
    const { name, message, stack, ...hanging } = error instanceof Error ? error : new Error(String(error))
    // As Lambda logs it in JSON: nested under `message`, with all its properties.
    const thrown = { errorType: name, errorMessage: message, stackTrace: stack?.split('\n'), ...hanging }
    const line = { timestamp: new Date(), level: 'ERROR', requestId: randomUUID(), message: thrown }
    console.error(JSON.stringify(line))
    return { errorType: name, errorMessage: message }
  }
}

process.on('message', async (invocation: Invocation) => {
  process.send?.(await invoke(invocation))
})
try {
  load()
} catch {
  // The first invocation tries again and reports the error.
}
