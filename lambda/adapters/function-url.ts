// A request to a Lambda function URL (payload format 2.0), and the answer to a browser.

import * as v from 'valibot'

const header = v.record(v.string(), v.optional(v.string()))
const schema = v.object({
  rawPath: v.string(),
  rawQueryString: v.optional(v.string(), ''),
  headers: v.optional(header, {}),
  cookies: v.optional(v.array(v.string()), []),
  requestContext: v.object({ domainName: v.string(), http: v.object({ method: v.string() }) }),
  body: v.optional(v.string(), ''),
  isBase64Encoded: v.optional(v.boolean(), false),
})

export interface BrowserRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly form: URLSearchParams
  readonly cookie: (name: string) => string | undefined
  /** In lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Host and port, from Lambda and not from the browser. */
  readonly host: string
}

export interface BrowserAnswer {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly cookies: readonly string[]
  readonly body: string
}

/** More than a link, a state and a code together need. */
const longest = 16_384

/** @returns undefined when it is not a request, or larger than any request of this page */
export const browserRequest = (event: unknown): BrowserRequest | undefined => {
  const parsed = v.safeParse(schema, event)
  if (!parsed.success) return undefined
  const { rawPath, rawQueryString, headers, cookies, requestContext, body, isBase64Encoded } = parsed.output
  if (rawQueryString.length + body.length > longest) return undefined
  const form = isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body
  return {
    method: requestContext.http.method,
    path: rawPath,
    query: new URLSearchParams(rawQueryString),
    form: new URLSearchParams(form),
    cookie: (name) => cookies.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1),
    headers,
    host: requestContext.domainName,
  }
}
