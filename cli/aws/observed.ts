// What the command notes of each call: its address, for errors; with --debug also operation, status, request id and time.

export interface Request {
  readonly protocol: string
  readonly hostname: string
  readonly port?: number
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

export interface Answered {
  readonly response: { readonly statusCode: number; readonly headers: Readonly<Record<string, string>> }
}

export interface Handler {
  handle(request: Request, options?: object): Promise<Answered>
}

interface Observed {
  readonly config: { readonly requestHandler: Handler }
}

/** @param debug receives a line for each attempt; undefined: none is shown */
export const observer =
  (debug: ((line: string) => void) | undefined) =>
  <C extends Observed>(client: C): C => {
    const { requestHandler } = client.config
    const handle = requestHandler.handle.bind(requestHandler)
    requestHandler.handle = async (request, options) => {
      const began = performance.now()
      const tell = (result: string) =>
        debug?.(
          `${operationOf(request)} at ${originOf(request)}: ${result}, ${Math.round(performance.now() - began)} ms`,
        )
      try {
        const answered = await handle(request, options)
        tell(`${answered.response.statusCode}${requestIdOf(answered)}`)
        return answered
      } catch (error) {
        if (error instanceof Error) {
          unanswered.set(error, originOf(request))
          tell(error.name)
        }
        throw error
      }
    }
    return client
  }

const unanswered = new WeakMap<Error, string>()

/** The address of a call that got no answer. */
export const endpointOf = (error: unknown): string | undefined =>
  error instanceof Error ? (unanswered.get(error) ?? endpointOf(error.cause)) : undefined

export const originOf = ({ protocol, hostname, port }: Request): string =>
  `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`

/** The target of a JSON service; otherwise method and path. These name resources and contain no values. */
const operationOf = ({ headers, method, path }: Request): string => {
  const target = Object.entries(headers).find(([name]) => name.toLowerCase() === 'x-amz-target')?.[1]
  return target ?? `${method} ${path}`
}

const requestIdOf = ({ response }: Answered): string => {
  const id = response.headers['x-amzn-requestid'] ?? response.headers['x-amz-request-id']
  return id === undefined ? '' : `, request id ${id}`
}
