// A Lambda function URL on loopback: requests of a browser as events of payload format 2.0.

import * as v from 'valibot'
import { type LoopbackAnswer, type LoopbackRequest, LoopbackServer } from './loopback-server.ts'

const answer = v.object({
  statusCode: v.number(),
  headers: v.optional(v.record(v.string(), v.string()), {}),
  /** This server sends one Set-Cookie header, so a second cookie would be lost. */
  cookies: v.optional(v.pipe(v.array(v.string()), v.maxLength(1)), []),
  body: v.optional(v.string(), ''),
})

export interface FunctionUrl {
  /** With a slash at the end, as AWS has it. */
  readonly url: string
  close(): Promise<void>
}

/** Lambda's own answer when the function has thrown, or has returned an answer that Lambda cannot send. */
const failed: LoopbackAnswer = {
  status: 502,
  headers: { 'content-type': 'application/json' },
  body: '{"Message":"Internal Server Error"}',
}

/** @param call invokes the function */
export const startFunctionUrl = async (
  port: number,
  call: (event: unknown) => Promise<unknown>,
): Promise<FunctionUrl> => {
  const handle = async (request: LoopbackRequest): Promise<LoopbackAnswer> => {
    try {
      return answerOf(await call(eventOf(request)))
    } catch {
      return failed
    }
  }
  const server = await LoopbackServer.start({ port, handle, audience: 'browsers' })
  return { url: `${server.url}/`, close: () => server.close() }
}

const answerOf = (given: unknown): LoopbackAnswer => {
  const parsed = v.safeParse(answer, given)
  if (!parsed.success) return failed
  const { statusCode, headers, cookies, body } = parsed.output
  const [cookie] = cookies
  return { status: statusCode, headers: { ...headers, ...(cookie !== undefined && { 'set-cookie': cookie }) }, body }
}

/** Headers in lower case, cookies apart from them, and a form's body in base64. */
const eventOf = ({ method, path, query, headers, body }: LoopbackRequest): object => {
  const { cookie, ...others } = headers
  const isText = /^(text\/|application\/json)/.test(headers['content-type'] ?? 'text/plain')
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query.toString(),
    headers: Object.fromEntries(Object.entries(others).map(([name, value]) => [name, [value].flat().join(',')])),
    ...(cookie !== undefined && { cookies: cookie.split(';').map((one) => one.trim()) }),
    requestContext: { domainName: headers.host ?? '', http: { method, path, protocol: 'HTTP/1.1' } },
    ...(body !== '' && { body: isText ? body : Buffer.from(body, 'utf8').toString('base64') }),
    isBase64Encoded: body !== '' && !isText,
  }
}
