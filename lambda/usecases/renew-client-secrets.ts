// Renews the client secrets that renew themselves: one step for each client. A failure of one client stops no other.

import pLimit from 'p-limit'
import type { RenewalsAnswer } from '../contract.ts'
import { readClientTags } from '../core/tags/read-client-tags.ts'
import { type Dependencies, type Invocation, StoreFailure } from '../ports.ts'
import { readClient } from './client/edit-client.ts'
import { BootstrapRefused } from './login/bootstrap-refused.ts'
import { notifyOfFailure, notifyOfSuccess } from './renewal/notify-people.ts'
import { type StepTaken, takeStep } from './renewal/take-step.ts'
import { listAll } from './secrets/list-all.ts'

const atOnce = 4

/** A client is left for the next run if less is left of this one: some requests, and what is written after them. */
const longestStepMilliseconds = 75_000

/** @throws StoreFailure when the clients could not be listed to the end, after those that were listed */
export const renewClientSecrets = async (
  dependencies: Dependencies,
  invocation: Invocation,
): Promise<RenewalsAnswer> => {
  const { renewed, failure } = await listRenewing(dependencies)
  const counts = { made: 0, accepted: 0, waiting: 0, nothing: 0, failed: 0, left: 0 }
  const limit = pLimit(atOnce)
  const one = async (client: Listed): Promise<void> => {
    if (invocation.remainingMilliseconds() < longestStepMilliseconds) counts.left++
    else counts[await renewOne(dependencies, client, invocation)]++
  }
  const ended = await Promise.allSettled(inAnyOrder(dependencies, renewed).map((client) => limit(one, client)))
  const defect = ended.find((end) => end.status === 'rejected')
  if (defect !== undefined) throw defect.reason
  if (failure !== undefined) throw failure
  const { made, accepted, failed, left } = counts
  return { clients: renewed.length, made, accepted, failed, left }
}

interface Listed {
  /** Also the client id: those of Microsoft need no other name. */
  readonly name: string
  /** Whether people were notified that it was not renewed. */
  readonly hasFailed: boolean
}

interface List {
  readonly renewed: readonly Listed[]
  /** Why the list ends here. */
  readonly failure: StoreFailure | undefined
}

const listRenewing = async (dependencies: Dependencies): Promise<List> => {
  const renewed: Listed[] = []
  try {
    for await (const { name, tags } of listAll(dependencies, 'clients')) {
      const { renewalDue, renewalFailed } = readClientTags(tags)
      if (renewalDue !== undefined) renewed.push({ name, hasFailed: renewalFailed !== undefined })
    }
    return { renewed, failure: undefined }
  } catch (error) {
    if (!(error instanceof StoreFailure)) throw error
    return { renewed, failure: error }
  }
}

/** So that slow clients do not always take the time of the same others. */
const inAnyOrder = ({ random }: Dependencies, clients: readonly Listed[]): readonly Listed[] => {
  const from = Math.floor(random.fraction() * clients.length)
  return [...clients.slice(from), ...clients.slice(0, from)]
}

const renewOne = async (
  dependencies: Dependencies,
  { name: clientId, hasFailed }: Listed,
  invocation: Invocation,
): Promise<StepTaken['done'] | 'failed'> => {
  const { telemetry } = dependencies
  try {
    const stored = await readClient(dependencies, clientId)
    try {
      const { done, client } = await takeStep(dependencies, stored, invocation)
      if (done !== 'nothing') telemetry.renewal({ client: clientId, done, failure: undefined })
      if (done === 'accepted' || (done === 'nothing' && hasFailed))
        await notifyOfSuccess(dependencies, client, done === 'accepted')
      return done
    } catch (error) {
      if (!(error instanceof BootstrapRefused)) throw error
      telemetry.renewal({ client: clientId, done: 'failed', failure: error.failure })
      await notifyOfFailure(dependencies, stored.client, error.failure)
    }
  } catch (error) {
    const failure = error instanceof StoreFailure || error instanceof BootstrapRefused ? error.failure : undefined
    if (failure === undefined) throw error
    telemetry.storeFailed({ task: 'renew a client secret', name: clientId, failure })
  }
  return 'failed'
}
