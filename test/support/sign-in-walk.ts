// A sign-in by link without a browser: what one would send and follow, request by request.

import { addressIn, signInAtProvider } from '../../local/owner.ts'

/** The sign-in page as Lambda calls it. */
export type PageCall = (event: unknown) => Promise<{
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly cookies: readonly string[]
  readonly body: string
}>

const host = 'abc.lambda-url.eu-central-1.on.aws'
export const redirectUri = `https://${host}/signed-in`

export interface Sent {
  readonly method?: string
  readonly path?: string
  readonly query?: string
  readonly form?: Readonly<Record<string, string>>
  readonly cookies?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
}

/** An event of a function URL. */
export const eventOf = ({ method = 'GET', path = '/', query = '', form, cookies = [], headers = {} }: Sent) => ({
  version: '2.0',
  rawPath: path,
  rawQueryString: query,
  headers,
  cookies,
  requestContext: { domainName: host, http: { method } },
  ...(form !== undefined && {
    body: Buffer.from(new URLSearchParams(form).toString()).toString('base64'),
    isBase64Encoded: true,
  }),
})

/** Presses the button. */
export const press = async (call: PageCall, link: string, cookies: readonly string[] = []) => {
  const text = new URL(link).searchParams.get('link') ?? ''
  const answer = await call(eventOf({ method: 'POST', form: { link: text }, cookies }))
  const address = addressIn(answer.body) ?? ''
  return { ...answer, address, cookies: answer.cookies.map((cookie) => cookie.split(';')[0] ?? '') }
}

export interface Credentials {
  readonly username: string
  readonly password: string
}

/** @returns the query with which the provider sends the person back */
export const signInAt = async (address: string, { username, password }: Credentials): Promise<string> =>
  (await signInAtProvider(address, { userName: username, password })).search.slice(1)

/** Comes back from the provider. */
export const comeBack = (call: PageCall, query: string, cookies: readonly string[]) =>
  call(eventOf({ path: '/signed-in', query, cookies }))

/** All of it, in one browser. */
export const walk = async (call: PageCall, link: string, person: Credentials) => {
  const { address, cookies } = await press(call, link)
  return comeBack(call, await signInAt(address, person), cookies)
}
