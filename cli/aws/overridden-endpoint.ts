// Names the host when calls do not go to AWS, before the first call, because a call may contain a login.

import { type Handler, originOf } from './observed.ts'

type Place = {
  readonly Region: string
  readonly UseDualStack: boolean
  readonly UseFIPS: boolean
}

/** The part of an SDK client that this file uses. */
export interface Client {
  readonly config: {
    region(): Promise<string>
    useDualstackEndpoint(): Promise<boolean>
    useFipsEndpoint(): Promise<boolean>
    /** The endpoint of AWS itself. Ignores the environment and profiles. */
    endpointProvider(place: Place): { readonly url: URL }
    readonly requestHandler: Handler
  }
}

/** The variables that send calls of Secrets Manager elsewhere, in their order of precedence. */
const variables = ['AWS_ENDPOINT_URL_SECRETS_MANAGER', 'AWS_ENDPOINT_URL'] as const

/** @param say is called once for each address */
export const announcer = (say: (text: string) => void) => {
  const said = new Set<string>()
  return <C extends Client>(client: C): C => {
    const { config } = client
    const { requestHandler } = config
    const handle = requestHandler.handle.bind(requestHandler)
    requestHandler.handle = async (request, options) => {
      const origin = originOf(request)
      const isElsewhere = !said.has(origin) && request.hostname !== (await hostOfAws(client))
      // Another call may have said it meanwhile.
      if (isElsewhere && !said.has(origin)) {
        said.add(origin)
        say(`Calls go to ${origin} and not to AWS, because of ${reason()}.`)
      }
      return handle(request, options)
    }
    return client
  }
}

const hostOfAws = async ({ config }: Client): Promise<string> => {
  const [Region, UseDualStack, UseFIPS] = await Promise.all([
    config.region(),
    config.useDualstackEndpoint(),
    config.useFipsEndpoint(),
  ])
  return config.endpointProvider({ Region, UseDualStack, UseFIPS }).url.hostname
}

const reason = (): string => variables.find((name) => process.env[name]) ?? 'endpoint_url of the AWS profile'
