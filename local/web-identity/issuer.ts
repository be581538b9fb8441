// The account as an issuer of web identity tokens (STS GetWebIdentityToken): keys, discovery, and the account's switch.

import { generateKeyPairSync, type JsonWebKey, type KeyObject, randomUUID, sign } from 'node:crypto'
import type { Clock } from '../clock.ts'

export interface WebIdentityRequest {
  /** ARN of the role that asks. */
  readonly subject: string
  readonly audiences: readonly string[]
  readonly algorithm: string
  /** @default 300 */
  readonly durationSeconds?: number
}

export interface WebIdentityToken {
  readonly token: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

export type WebIdentityError = 'OutboundWebIdentityFederationDisabledException' | 'ValidationError'

interface SigningKey {
  readonly id: string
  readonly privateKey: KeyObject
  readonly publicKey: JsonWebKey
}

export class WebIdentityIssuer {
  readonly issuer: string
  /** The feature is off in a new account. */
  enabled = false
  readonly #clock: Pick<Clock, 'now'>
  /** Made when first needed: an RSA key takes longer than all else at the start of the embedded services. */
  #keys: readonly SigningKey[] | undefined

  constructor(clock: Pick<Clock, 'now'>, id: string = randomUUID()) {
    this.issuer = `https://${id}.tokens.sts.global.api.aws`
    this.#clock = clock
  }

  /** The answer of STS, or the code of its refusal. */
  issue({
    subject,
    audiences,
    algorithm,
    durationSeconds = 300,
  }: WebIdentityRequest): WebIdentityToken | WebIdentityError {
    if (!this.enabled) return 'OutboundWebIdentityFederationDisabledException'
    const lasts = Number.isInteger(durationSeconds) && durationSeconds >= 60 && durationSeconds <= 3_600
    const named =
      audiences.length >= 1 && audiences.length <= 10 && audiences.every((one) => one.length <= 1_000 && one)
    const key = this.#allKeys().at(-1)
    // ES384 exists too; the embedded account has a key for the algorithm alone that Entra takes.
    if (!lasts || !named || algorithm !== 'RS256' || key === undefined) return 'ValidationError'
    const issuedAt = Math.floor(this.#clock.now() / 1_000)
    const claims = {
      aud: audiences.length === 1 ? audiences[0] : audiences,
      sub: subject,
      'https://sts.amazonaws.com/': { aws_account: subject.split(':')[4] ?? '' },
      iss: this.issuer,
      exp: issuedAt + durationSeconds,
      iat: issuedAt,
      jti: randomUUID(),
    }
    const content = `${encode({ kid: key.id, typ: 'JWT', alg: 'RS256' })}.${encode(claims)}`
    const signature = sign('RSA-SHA256', Buffer.from(content), key.privateKey).toString('base64url')
    return { token: `${content}.${signature}`, expiresAt: claims.exp * 1_000 }
  }

  /** `/.well-known/openid-configuration` */
  get metadata(): Readonly<Record<string, unknown>> {
    return {
      issuer: this.issuer,
      jwks_uri: `${this.issuer}/.well-known/jwks.json`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256', 'ES384'],
    }
  }

  /** `/.well-known/jwks.json` */
  get keys(): readonly JsonWebKey[] {
    return this.#allKeys().map(({ id, publicKey }) => ({ ...publicKey, kid: id, use: 'sig', alg: 'RS256' }))
  }

  /** Signs with a new key from now on. Tokens of the old keys stay valid until they expire. */
  rotate(): void {
    this.#keys = [...this.#allKeys(), newKey()]
  }

  #allKeys(): readonly SigningKey[] {
    this.#keys ??= [newKey()]
    return this.#keys
  }
}

const newKey = (): SigningKey => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  return { id: randomUUID(), privateKey, publicKey: publicKey.export({ format: 'jwk' }) }
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
