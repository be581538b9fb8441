// The control: tokens fetched once by hand, as the IBM page describes, and never refreshed.

import type { Fare } from './report.ts'
import { day, start, type World } from './world.ts'

const tokenPath = '/organizations/oauth2/v2.0/token'

export class Control {
  readonly #world: World
  readonly #refreshToken: string
  diedOnDay: number | undefined

  private constructor(world: World, refreshToken: string) {
    this.#world = world
    this.#refreshToken = refreshToken
  }

  static async begin(world: World): Promise<Control> {
    const { login, control } = world
    const answer = await post(world, {
      client_id: login.client_id,
      scope: login.scope,
      grant_type: 'password',
      client_secret: login.client_secret?.reveal() ?? '',
      username: control.userName,
      password: control.password,
    })
    return new Control(world, String(answer.refresh_token))
  }

  /** Checks whether the provider would still accept the token, without using it. @returns true when it has just died */
  look(): boolean {
    if (this.diedOnDay !== undefined || this.#world.entra.wouldAccept(this.#refreshToken)) return false
    this.diedOnDay = Math.floor((this.#world.clock.now() - start.getTime()) / day)
    return true
  }

  /** The provider's answer when a person uses the dead token. */
  async try(): Promise<string> {
    const { login } = this.#world
    const answer = await post(this.#world, {
      client_id: login.client_id,
      grant_type: 'refresh_token',
      client_secret: login.client_secret?.reveal() ?? '',
      refresh_token: this.#refreshToken,
    })
    const codes = Array.isArray(answer.error_codes) ? answer.error_codes : []
    return `${answer.error} AADSTS${codes[0]}`
  }

  strip(days: number): Fare[] {
    const length = Math.ceil(days / 5)
    return Array.from({ length }, (_, index) =>
      index * 5 < (this.diedOnDay ?? Number.POSITIVE_INFINITY) ? 'alive' : 'dead',
    )
  }
}

/** Sent directly to the embedded Entra, as a person with an HTTP client would do. */
const post = async (world: World, form: Record<string, string>): Promise<Record<string, unknown>> => {
  const answer = await fetch(world.entraUrl + tokenPath, { method: 'POST', body: new URLSearchParams(form) })
  const json: unknown = await answer.json()
  return typeof json === 'object' && json !== null ? { ...json } : {}
}
