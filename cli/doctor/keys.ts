// The private key: the functions decrypt with the one that was deployed, and every client and grant has to be under it.

import { environment, functionNames, secretName } from '../../lambda/contract.ts'
import type { Context } from '../context.ts'
import { attention, type Check, counted, some, well } from './check.ts'

const deployedKey = async ({ aws, prefix, interrupted }: Context): Promise<string | undefined> => {
  const client = await aws.lambda()
  const { GetFunctionConfigurationCommand } = await import('@aws-sdk/client-lambda')
  const command = new GetFunctionConfigurationCommand({ FunctionName: functionNames(prefix).refresh })
  const { Environment } = await client.send(command, { abortSignal: interrupted })
  return Environment?.Variables?.[environment.privateKeyArn]
}

export const keys: Check = {
  name: 'keys',
  look: async (context, rooms) => {
    const deployed = await deployedKey(context)
    const elsewhere = new Map<string, string[]>()
    let count = 0
    for (const { room, name, key } of [...(await rooms.clients()), ...(await rooms.grants())]) {
      count++
      // A login that an operator stored in the console may be under the account's own key, which needs no permission.
      if (key === undefined || deployed === undefined || isKey(key, deployed)) continue
      elsewhere.set(key, [...(elsewhere.get(key) ?? []), secretName(context.prefix, room, name)])
    }
    const [other] = elsewhere
    if (other === undefined)
      return well(`${counted(count, 'client or grant', 'clients and grants')}, none under another key`)
    const [key, secrets] = other
    const found = `under another key than the deployed one, and so not readable: ${some(secrets)}`
    return attention(found, `Deploy again with the key that they are under: npx cdk deploy -c privateKeyArn=${key}`)
  },
}

/** AWS may name a key by ARN, id or alias. An alias of this deployment always means the deployed key. */
const isKey = (given: string, deployed: string): boolean =>
  given === deployed || deployed.endsWith(`/${given}`) || given.includes('alias/')
