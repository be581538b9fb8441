// The handler of the sign-in function: which page a request of a browser gets. The ports decide where it runs.

import { type BrowserAnswer, type BrowserRequest, browserRequest } from './adapters/function-url.ts'
import { signInRedirectPath } from './contract.ts'
import { contentSecurityPolicy, html, type Page } from './core/sign-in/page.ts'
import type { PageName } from './core/sign-in/texts.ts'
import { type SignInDependencies, StoreFailure } from './ports.ts'
import type { SignInAnswer } from './usecases/sign-in/answer.ts'
import { completeSignIn, type Returned } from './usecases/sign-in/complete-sign-in.ts'
import { openLink } from './usecases/sign-in/open-link.ts'
import { startSignIn } from './usecases/sign-in/start-sign-in.ts'

/** `__Host-`: the browser takes it from this host alone, over https, and sends it nowhere else. */
const cookieName = '__Host-sign-in'

export const signInHandler =
  (dependencies: SignInDependencies) =>
  async (event: unknown): Promise<BrowserAnswer> => {
    const { settings, telemetry } = dependencies
    const request = browserRequest(event)
    const answer = request === undefined ? notFound : await answerOrApology(dependencies, request)
    const { page, browser } = answer
    const { name, link, code } = page
    telemetry.signIn({ page: name, ...(link && { connection: link.connection }), ...(code !== undefined && { code }) })
    return browserAnswer({ ...page, prefix: settings.prefix }, browser)
  }

const notFound: SignInAnswer = { page: { name: 'not-valid', link: undefined } }
const apology: SignInAnswer = { page: { name: 'try-later', link: undefined } }

/** No error reaches Lambda, which would log its message, and that may contain a link or a code. */
const answerOrApology = async (dependencies: SignInDependencies, request: BrowserRequest): Promise<SignInAnswer> => {
  try {
    return await answer(dependencies, request)
  } catch (error) {
    if (error instanceof StoreFailure) dependencies.telemetry.storeFailed(error.failure)
    else dependencies.telemetry.defect(placesOf(error))
    return apology
  }
}

const answer = async (dependencies: SignInDependencies, request: BrowserRequest): Promise<SignInAnswer> => {
  const { method, path, query, form } = request
  const reads = method === 'GET' || method === 'HEAD'
  const browser = request.cookie(cookieName)
  const redirectUri = new URL(signInRedirectPath, originOf(dependencies, request)).href
  if (path === '/' && reads) {
    const text = query.get('link') ?? ''
    const { link, page } = await openLink(dependencies, text)
    return page === undefined ? { page: { name: 'invitation', link, again: text } } : { page: { name: page, link } }
  }
  if (path === '/' && method === 'POST' && isOwnForm(request)) {
    return startSignIn(dependencies, { link: form.get('link') ?? '', redirectUri, browser, choose: form.has('choose') })
  }
  if (path === `/${signInRedirectPath}` && method === 'GET') {
    // The page after the consent of an administrator. Its parameters cannot be trusted, and it changes nothing.
    if (query.has('admin_consent')) return { page: { name: 'consent-given', link: undefined } }
    const outcome = outcomeOf(query)
    if (outcome !== undefined) {
      return completeSignIn(dependencies, { state: query.get('state') ?? '', redirectUri, browser, outcome })
    }
  }
  return notFound
}

/** A page of another site cannot start a sign-in. Old browsers do not send this header, and are allowed. */
const isOwnForm = ({ headers }: BrowserRequest): boolean =>
  ['same-origin', 'none', undefined].includes(headers['sec-fetch-site'])

/** With the embedded stack, the host of this machine uses http. */
const originOf = ({ settings }: SignInDependencies, { host }: BrowserRequest): string =>
  `${settings.allowLoopbackHttp && /^(127\.0\.0\.1|localhost)(:|$)/.test(host) ? 'http' : 'https'}://${host}/`

/** Exactly one of them, once: a provider does not send anything else. */
const outcomeOf = (query: URLSearchParams): Returned['outcome'] | undefined => {
  const [code, ...codes] = query.getAll('code')
  const [error, ...errors] = query.getAll('error')
  if (codes.length + errors.length > 0) return undefined
  if (code !== undefined && code !== '' && error === undefined) return { kind: 'code', code }
  if (error === undefined || code !== undefined) return undefined
  return { kind: 'error', error, description: query.get('error_description') ?? '' }
}

const statuses: Partial<Record<PageName, number>> = {
  'not-valid': 400,
  'other-browser': 400,
  expired: 410,
  replaced: 410,
  'try-later': 503,
}

const browserAnswer = (page: Page, browser: string | undefined): BrowserAnswer => ({
  statusCode: statuses[page.name] ?? 200,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': contentSecurityPolicy,
    'strict-transport-security': 'max-age=31536000',
    // The address contains the link, so other sites receive no referrer. The page's own form sends the origin.
    'referrer-policy': 'same-origin',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-robots-tag': 'noindex, nofollow',
    'cross-origin-opener-policy': 'same-origin',
  },
  cookies:
    browser === undefined ? [] : [`${cookieName}=${browser}; Path=/; Max-Age=3600; Secure; HttpOnly; SameSite=Lax`],
  body: html(page),
})

/** Place in this project's code, without the message. */
const placesOf = (error: unknown): readonly string[] =>
  error instanceof Error
    ? (error.stack ?? '')
        .split('\n')
        .filter((line) => /^\s+at /.test(line))
        .slice(0, 8)
    : []
