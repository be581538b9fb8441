// The provider in a client's record: the behaviour of its refresh tokens. A login may contain the same fields.

import * as v from 'valibot'
import { rotations } from '../../contract.ts'

/** A number of days, in a client and in a login. */
export const days = v.pipe(
  v.number('must be a number'),
  v.minValue(1, 'must be at least 1'),
  v.maxValue(36_525, 'must be at most 36525'),
)

export const provider = v.object({
  name: v.picklist(['entra', 'generic'], 'must be entra or generic'),
  /** `reusable`: a refresh token stays valid after use (Entra). `single-use`: using it twice may end the grant. */
  rotation: v.picklist(rotations, `must be ${rotations.join(' or ')}`),
  /** A refresh token dies after this many days without use, unless an answer says otherwise. */
  inactivity_days: days,
  /** From a login. An answer can only shorten it. */
  inactivity_stated: v.optional(v.boolean('must be true or false')),
  /** Where people sign in, for links. Microsoft's is beside the token endpoint. */
  authorization_endpoint: v.optional(v.string('must be a string')),
})

export type Provider = v.InferOutput<typeof provider>

/** Fields of a login about the provider apply to every connection of the client. */
export const statedProvider = (
  provider: Provider,
  stated: {
    readonly rotation: Provider['rotation'] | undefined
    readonly inactivity_days: number | undefined
    readonly authorization_endpoint?: string | undefined
  },
): Provider => ({
  ...provider,
  rotation: stated.rotation ?? provider.rotation,
  ...(stated.inactivity_days !== undefined && {
    inactivity_days: stated.inactivity_days,
    inactivity_stated: true,
  }),
  ...(stated.authorization_endpoint !== undefined && { authorization_endpoint: stated.authorization_endpoint }),
})
