// Device codes, which connect the device that polls with the person who signs in elsewhere.

import type { Random } from './random.ts'

export const deviceCodeSeconds = 900

export interface DeviceCode {
  readonly deviceCode: string
  readonly userCode: string
  readonly clientId: string
  /** The tenant in the path of the request that asked for it. */
  readonly tenantName: string
  readonly scope: string
  readonly expiresAt: number
  readonly state:
    | { readonly kind: 'pending' }
    | { readonly kind: 'declined' }
    | { readonly kind: 'redeemed' }
    | { readonly kind: 'approved'; readonly userId: string; readonly mfa: boolean }
}

/** No vowels and no characters that are easily misread, as on the real page. */
const letters = 'BCDFGHJKLMNPQRSTVWXYZ23456789'

export class DeviceCodes {
  readonly #byDeviceCode = new Map<string, DeviceCode>()
  readonly #deviceCodes = new Map<string, string>()
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  create(request: { clientId: string; tenantName: string; scope: string }, now: number): DeviceCode {
    this.#forget(now)
    const userCode = Array.from({ length: 9 }, () => letters[this.#random.integer(0, letters.length - 1)]).join('')
    const expiresAt = now + deviceCodeSeconds * 1000
    const code = { ...request, deviceCode: this.#random.text(140), userCode, expiresAt }
    return this.put({ ...code, state: { kind: 'pending' } })
  }

  put(code: DeviceCode): DeviceCode {
    this.#byDeviceCode.set(code.deviceCode, code)
    this.#deviceCodes.set(code.userCode, code.deviceCode)
    return code
  }

  find(deviceCode: string): DeviceCode | undefined {
    return this.#byDeviceCode.get(deviceCode)
  }

  findByUserCode(userCode: string): DeviceCode | undefined {
    return this.find(this.#deviceCodes.get(userCode.trim().toUpperCase()) ?? '')
  }

  /** An expired code is remembered for one more lifetime, to distinguish it from an unknown code. */
  #forget(now: number): void {
    for (const code of this.#byDeviceCode.values()) {
      if (now < code.expiresAt + deviceCodeSeconds * 1000) continue
      this.#byDeviceCode.delete(code.deviceCode)
      this.#deviceCodes.delete(code.userCode)
    }
  }
}
