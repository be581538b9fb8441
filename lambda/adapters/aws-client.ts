// What every client of the AWS SDK is given: a request handler straight on undici's dispatcher, and SHA-256 of Node.js.
// Both are extension points that the SDK documents.

import { buildQueryString, type HttpHandler, type HttpRequest, HttpResponse } from '@smithy/core/protocols'
import { exchange } from './exchange.ts'
import { type HttpLimits, httpAgent, secretsManagerLimits } from './http.ts'
import { Sha256 } from './sha256.ts'
import type { Dispatcher } from './undici.ts'

/**
 * @param attemptMilliseconds one attempt, from connecting to the last byte of the answer: with three tries a call is over
 *   within 15 seconds
 */
export const awsClientDefaults = (limits: HttpLimits = secretsManagerLimits, attemptMilliseconds = 5_000) => ({
  requestHandler: new DispatchHandler(httpAgent(limits), attemptMilliseconds),
  sha256: Sha256,
})

/**
 * The SDK takes an answer as bytes too, not only as a stream. So a request is one call of the dispatcher, without a stream,
 * an abort signal and their listeners. Nothing that goes wrong with it is repeated here: the SDK's retries do that.
 */
class DispatchHandler implements HttpHandler<object> {
  readonly #dispatcher: Dispatcher
  readonly #deadlineMilliseconds: number

  constructor(dispatcher: Dispatcher, deadlineMilliseconds: number) {
    this.#dispatcher = dispatcher
    this.#deadlineMilliseconds = deadlineMilliseconds
  }

  async handle({ protocol, hostname, port, path, query, method, headers, body }: HttpRequest) {
    const search = buildQueryString(query)
    const request = {
      origin: `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`,
      path: search === '' ? path : `${path}?${search}`,
      method,
      headers,
      body,
    }
    const limits = { deadlineMilliseconds: this.#deadlineMilliseconds, largestBytes: Number.POSITIVE_INFINITY }
    const exchanged = await exchange(this.#dispatcher, request, limits)
    if (exchanged.kind === 'broken') throw new BrokenCall(exchanged.code, exchanged.status > 0)
    return {
      response: new HttpResponse({
        statusCode: exchanged.status,
        headers: Object.fromEntries(Object.entries(exchanged.headers).map(([name, value]) => [name, String(value)])),
        body: exchanged.bytes,
      }),
    }
  }

  updateHttpClientConfig(): void {}

  httpHandlerConfigs(): object {
    return {}
  }

  destroy(): void {
    void this.#dispatcher.destroy()
  }
}

const timeouts = new Set(['timeout', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT'])

/** Named as the SDK's own handlers name it, by which its retries know what may be repeated. */
class BrokenCall extends Error {
  readonly code: string

  /** @param begun the answer had begun */
  constructor(code: string, begun: boolean) {
    super(code)
    this.code = code
    if (timeouts.has(code)) this.name = 'TimeoutError'
    else if (code === 'UND_ERR_SOCKET' && !begun) this.name = 'RequestTimeout'
  }
}
