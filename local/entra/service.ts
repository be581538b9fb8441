// The embedded Microsoft Entra ID: one request in, one answer out, without waiting for anything.

import type { LoopbackAnswer, LoopbackRequest } from '../loopback-server.ts'
import { judgeAccessToken } from './access-token.ts'
import { Administration } from './administration.ts'
import { isKnownEverywhere } from './client-authentication.ts'
import { answerDeviceCodeRequest, deviceAuthPath } from './device-code-endpoint.ts'
import { judgeRefreshToken, openRefreshToken } from './grants/refresh.ts'
import { answerMe } from './graph.ts'
import { answerApplication, applicationsPath } from './graph-applications.ts'
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
  /** The present habits of this provider. */
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
    if (request.path.startsWith(applicationsPath)) return answerApplication(this.#parts, request)
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

  /** Ends all habits. */
  answerAsUsual(): void {
    this.habits.clear()
  }

  /** Refuses the next token requests with this AADSTS code, regardless of their content. */
  answerWith({ times, after, when, ...refusal }: DemandedRefusal): void {
    this.habits.add({ kind: 'refuse', ...refusal, codes: refusal.codes && [...refusal.codes] }, { times, after, when })
  }

  /** Answers the next token requests with 429, in plain text, with Retry-After. */
  answerTooManyRequests({ retryAfterSeconds, ...occasion }: DemandedThrottling = {}): void {
    this.habits.add({ kind: 'throttle', retryAfterSeconds }, occasion)
  }

  /** Processes the next token requests, then changes their answers. */
  shapeNext(shape: Shape, occasion: Occasion = {}): void {
    this.habits.add(shape, occasion)
  }

  /** Whether /v1.0/me would accept the token now. */
  isLive(accessToken: string): boolean {
    return judgeAccessToken(this.#parts.key, accessToken, this.#parts.clock.now()).kind === 'live'
  }

  /** Whether the token endpoint would accept this client secret now. */
  wouldAcceptClientSecret(clientId: string, secret: string): boolean {
    const { registry, clock } = this.#parts
    const known = registry.client(clientId)?.secrets.find(({ value }) => value === secret)
    return known !== undefined && isKnownEverywhere(known, clock.now()) && clock.now() < known.expiresAt
  }

  /** Whether the token endpoint would accept the token of its own client now. Does not use the token. */
  wouldAccept(refreshToken: string): boolean {
    const grant = openRefreshToken(this.#parts, refreshToken)
    if (grant instanceof Refusal) return false
    const client = this.#parts.registry.client(grant.clientId)
    if (client === undefined || client.disabled) return false
    return !(judgeRefreshToken(this.#parts, refreshToken, client, null) instanceof Refusal)
  }

  /** The code in the user's authenticator app now. */
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
