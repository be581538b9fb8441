// Who asks, and where.

import { attention, type Check, well } from './check.ts'

export const credentials: Check = {
  name: 'credentials',
  essential: true,
  look: async ({ aws, interrupted }) => {
    const client = await aws.sts()
    const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts')
    const { Account, Arn } = await client.send(new GetCallerIdentityCommand({}), { abortSignal: interrupted })
    return well(`account ${Account}, as ${Arn}`)
  },
}

export const region: Check = {
  name: 'region',
  essential: true,
  look: async ({ aws }) => {
    const client = await aws.secretsManager()
    const name = await client.config.region()
    const endpoint = process.env.AWS_ENDPOINT_URL
    if (endpoint === undefined) return well(name)
    const { hostname } = new URL(endpoint)
    const here = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
    return here
      ? well(`${name}, at ${endpoint}`)
      : attention(`${name}, at ${endpoint}`, 'Unset AWS_ENDPOINT_URL unless all of AWS is meant to be there.')
  },
}
