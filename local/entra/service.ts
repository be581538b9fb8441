// The embedded Microsoft Entra ID: one request in, one answer out, without waiting for anything.

import type { LoopbackAnswer, LoopbackRequest } from '../loopback-server.ts'
import { judgeAccessToken } from './access-token.ts'
import { Administration } from './administration.ts'
import { answerDeviceCodeRequest, deviceAuthPath } from './device-code-endpoint.ts'
import { judgeRefreshToken, openRefreshToken } from './grants/refresh.ts'
import { answerMe } from './graph.ts'
import type { Shape } from './habits/applied.ts'
import { Habits, type Occasion } from './habits/habits.ts'
import { answerKeys, answerMetadata } from './metadata.ts'
import type { DemandedRefusal, DemandedThrottling } from './on-demand.ts'
import { answerAuthorize } from './pages/authorize.ts'
import { answerDevicePage } from './pages/device.ts'
import { createParts, type EntraOptions, type EntraParts } from './parts.ts'
import { Refusal, refusalAnswer, refuse } from './refusal.ts'
import { RequestLoops } from './request-loops.ts'
import { oneTimeCode } from './sign-in.ts'
import { resolveTenant } from './tenant-path.ts'
import { answerTokenRequest, factsOf, type TokenRequest, wordingOf } from './token-endpoint.ts'

export type { EntraOptions } from './parts.ts'

const tenantRoute = /^\/([^/]+)\/(oauth2\/v2\.0\/\w+|v2\.0\/\.well-known\/openid-configuration|discovery\/v2\.0\/keys)$/

export class Entra extends Administration {
  /** grant_type → how many token requests, refused ones included. */
  readonly requests = new Map<string, number>()
  /** What is odd about this provider's answers now. */
  readonly habits: Habits
  readonly #parts: EntraParts
  readonly #loops: RequestLoops | undefined

  constructor(options: EntraOptions) {
    const parts = createParts(options)
    super(parts)
    this.#parts = parts
    this.habits = new Habits((name) => parts.registry.tenantOfDomain(name)?.id ?? name)
    this.#loops = options.throttle && new RequestLoops(options.throttle)
  }

  handle(request: LoopbackRequest): LoopbackAnswer {
    if (request.path === '/v1.0/me') return answerMe(this.#parts, request)
    if (request.path === deviceAuthPath) return answerDevicePage(this.#parts, request)
    const [, tenantName, endpoint] = tenantRoute.exec(request.path) ?? []
    if (tenantName === undefined) return notFound
    const { method, headers } = request
    const origin = `http://${headers.host ?? '127.0.0.1'}`
    const tokenRequest = { method, tenantName, headers, form: new URLSearchParams(request.body), origin }
    switch (endpoint) {
      case 'oauth2/v2.0/token':
        return this.#answerToken(tokenRequest)
      case 'oauth2/v2.0/devicecode':
        return answerDeviceCodeRequest(this.#parts, tokenRequest)
      case 'oauth2/v2.0/authorize':
        return answerAuthorize(this.#parts, request, tenantName)
      case 'v2.0/.well-known/openid-configuration': {
        const path = resolveTenant(this.#parts, tenantName)
        if (path instanceof Refusal) return refusalAnswer(path, wordingOf(this.#parts, tokenRequest))
        return answerMetadata(path, origin)
      }
      case 'discovery/v2.0/keys':
        return answerKeys()
      default:
        return notFound
    }
  }

  /** From now on all is answered as it should be. */
  answerAsUsual(): void {
    this.habits.clear()
  }

  /** The next token requests are refused with this AADSTS code, regardless of what they ask for. */
  answerWith({ times, after, when, ...refusal }: DemandedRefusal): void {
    this.habits.add({ kind: 'refuse', ...refusal, codes: refusal.codes && [...refusal.codes] }, { times, after, when })
  }

  /** The next token requests are answered 429, in plain text, with Retry-After. */
  answerTooManyRequests({ retryAfterSeconds, ...occasion }: DemandedThrottling = {}): void {
    this.habits.add({ kind: 'throttle', retryAfterSeconds }, occasion)
  }

  /** The next token requests are processed, then their answers are changed. */
  shapeNext(shape: Shape, occasion: Occasion = {}): void {
    this.habits.add(shape, occasion)
  }

  /** As /v1.0/me would judge now. */
  isLive(accessToken: string): boolean {
    return judgeAccessToken(this.#parts.key, accessToken, this.#parts.clock.now()).kind === 'live'
  }

  /** As the token endpoint would judge now if the token's own client asked; the token is not used by this. */
  wouldAccept(refreshToken: string): boolean {
    const grant = openRefreshToken(this.#parts, refreshToken)
    if (grant instanceof Refusal) return false
    const client = this.#parts.registry.client(grant.clientId)
    if (client === undefined || client.disabled) return false
    return !(judgeRefreshToken(this.#parts, refreshToken, client, null) instanceof Refusal)
  }

  /** What the user's authenticator app shows now. */
  oneTimeCode(userName: string): string {
    const user = this.#parts.registry.userNamed(userName)
    if (user === undefined) throw new Error(`the embedded Entra knows no user "${userName}"`)
    return oneTimeCode(this.#parts, user, this.#parts.clock.now())
  }

  #answerToken(request: TokenRequest): LoopbackAnswer {
    const grantType = request.form.get('grant_type') ?? ''
    this.requests.set(grantType, (this.requests.get(grantType) ?? 0) + 1)
    const parts = this.#parts
    if (!this.habits.any && this.#loops === undefined) return answerTokenRequest(parts, request)
    const facts = factsOf(parts, request)
    const wording = () => wordingOf(parts, request)
    const { instead, change } = this.habits.take(facts, wording)
    const looping = this.#loops?.isOneTooMany(facts, parts.clock.now())
    const usual = () => (looping ? refusalAnswer(refuse(50196), wording()) : answerTokenRequest(parts, request))
    return change(instead ?? usual(), parts.clock.now())
  }
}

const notFound: LoopbackAnswer = { status: 404, headers: { 'content-type': 'text/plain' }, body: 'Not Found' }
