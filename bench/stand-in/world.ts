// The messages to the stand-in servers, and what they answer about the calls that they have seen.

import * as v from 'valibot'

const count = v.pipe(v.number(), v.integer(), v.minValue(0))

export const world = v.object({
  connections: count,
  /** So many of them have an access token that ends soon. */
  due: count,
  /** How long each answer takes. */
  storeMilliseconds: count,
  providerMilliseconds: count,
  /** Whether a call above the store's documented quota is refused. */
  quotas: v.boolean(),
})

export type World = v.InferOutput<typeof world>

export const places = v.object({ awsUrl: v.string(), tokenEndpoint: v.string() })

export type Places = v.InferOutput<typeof places>

export const report = v.object({
  /** By operation. */
  calls: v.record(v.string(), count),
  tokenRequests: count,
  throttled: count,
  /** Connections of which the grant and what apps read hold the same newly issued access token. */
  refreshed: count,
  /** Writes: how many, the most in any second, and milliseconds from the first to the last. */
  writes: v.object({ count, mostInASecond: count, milliseconds: v.number() }),
})

export type Report = v.InferOutput<typeof report>

/** Names in the store. */
export const prefix = 'token-refresher'
export const clientId = '5f2c1b9e-0000-4000-8000-000000000001'
export const scope = 'Mail.ReadWrite Mail.Send offline_access'
