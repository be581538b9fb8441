// Keeps the refresh token of a login in the login itself, until the connection holds it.

import { storeFailure } from '../../core/failures/failure-table.ts'
import { keptLogin } from '../../core/login/kept-login.ts'
import type { LoginGrant } from '../../core/login/login.ts'
import type { Redacted } from '../../core/secrets/redacted.ts'
import { fitsSecret } from '../../core/secrets/secret-size.ts'
import { keptVersionId, mostKeptVersions } from '../../core/secrets/version-id.ts'
import {
  type Dependencies,
  type Invocation,
  type Redemption,
  type SecretId,
  type StoredVersion,
  StoreFailure,
} from '../../ports.ts'
import { endOf } from '../secrets/claim.ts'
import { retryWrite } from '../secrets/retry-write.ts'

export interface UsedLogin {
  readonly connection: string
  readonly id: SecretId | { readonly arn: string }
  readonly stored: StoredVersion
  readonly grant: LoginGrant
  readonly invocation: Invocation
}

const tries = 3

/**
 * A password, a code, a device code and a single-use refresh token are used up by a granted request. So the
 * refresh token that arrives is written into the login before anything else, and if a later step fails or the process dies, another
 * run of the bootstrap continues with it. Until this invocation has ended the login is marked as held, so that a second
 * run does not use the token while this one stores it.
 */
export class TokenKeeper {
  readonly #dependencies: Dependencies
  readonly #login: UsedLogin
  #newest: Redacted | undefined
  /** The stored content of the login now. */
  #stored: Redacted | undefined
  #versions = 0

  constructor(dependencies: Dependencies, login: UsedLogin) {
    this.#dependencies = dependencies
    this.#login = login
    if (login.grant.grant_type === 'refresh_token') this.#newest = login.grant.refresh_token
    this.#stored = this.#newest
  }

  /** The newest refresh token: the one that arrived last, or the one that was handed over. */
  get newest(): Redacted | undefined {
    return this.#newest
  }

  /** Whether the login holds a refresh token that arrived, in place of the original credentials. */
  get isKept(): boolean {
    return this.#versions > 0 && this.#newest !== undefined && this.#stored === this.#newest
  }

  /** @param redemption may have brought a refresh token, also if it failed */
  async arrived(redemption: Redemption): Promise<void> {
    const token = tokenIn(redemption)
    if (token === undefined || this.#newest?.equals(token)) return
    this.#newest = token
    await this.#write(token, endOf(this.#dependencies, this.#login.invocation))
  }

  /** Another run may use the login at once. If this write fails, the login is free when this invocation has ended. */
  async free(): Promise<void> {
    const { store, random } = this.#dependencies
    const { id, stored, grant } = this.#login
    const handedOver = grant.grant_type === 'refresh_token' ? grant.refresh_token : undefined
    if (this.#newest !== undefined && this.#newest !== handedOver) return this.#write(this.#newest, undefined)
    // Writes the same text as a version without a claim.
    await store.put({ ...id, text: stored.text, versionId: random.uuid() })
  }

  async #write(token: Redacted, heldUntil: Date | undefined): Promise<void> {
    const { id, stored, connection, invocation } = this.#login
    const text = keptLogin(stored.text, token, heldUntil)
    if (!fitsSecret(text)) return
    try {
      await retryWrite(this.#dependencies, { invocation, tries }, () => this.#put({ ...id, text }))
      this.#stored = token
    } catch (error) {
      // Not thrown: the token may still become a connection.
      if (!(error instanceof StoreFailure)) throw error
      const { failure } = error
      this.#dependencies.telemetry.storeFailed({ task: 'keep a refresh token in its login', name: connection, failure })
    }
  }

  async #put(write: (SecretId | { readonly arn: string }) & { readonly text: Redacted }): Promise<void> {
    const { store } = this.#dependencies
    while (this.#versions < mostKeptVersions) {
      const versionId = keptVersionId(this.#login.stored.versionId, this.#versions)
      const written = await store.put({ ...write, versionId })
      this.#versions++
      if (written === 'written') return
    }
    throw new StoreFailure(storeFailure('ResourceExistsException'), false)
  }
}

const tokenIn = (redemption: Redemption): Redacted | undefined => {
  if (redemption.kind === 'granted') return redemption.tokens.refresh_token
  return redemption.kind === 'unusable' ? redemption.refreshToken : undefined
}
