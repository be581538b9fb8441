// Checks which identity and which Region the command uses.

import { attention, type Check, well } from './check.ts'

export const credentials: Check = {
  name: 'credentials',
  essential: true,
  look: async ({ aws, interrupted }) => {
    const client = await aws.sts()
    // Without a Region there is no STS endpoint to ask. The next check reports the missing Region.
    const region = await client.config.region().catch(() => undefined)
    if (region === undefined) {
      await client.config.credentials()
      return well('found; without a Region their account is not known')
    }
    const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts')
    const { Account, Arn } = await client.send(new GetCallerIdentityCommand({}), { abortSignal: interrupted })
    return well(`account ${Account}, as ${Arn}`)
  },
}

export const region: Check = {
  name: 'region',
  essential: true,
  look: async ({ aws }) => well(await (await aws.secretsManager()).config.region()),
}

/** The endpoint that a setting names in place of AWS. Only its address is reported. */
export const endpoint: Check = {
  name: 'endpoint',
  look: async () => {
    const given = process.env.AWS_ENDPOINT_URL
    if (given === undefined) return well("AWS's own")
    const here = URL.canParse(given) && ['localhost', '127.0.0.1', '[::1]', '0.0.0.0'].includes(new URL(given).hostname)
    return here
      ? well(given)
      : attention(given, 'Unset AWS_ENDPOINT_URL unless all calls of AWS are meant to go there.')
  },
}
