// Authorization codes that have been redeemed, remembered until they would have expired.

export class UsedCodes {
  readonly #expiryById = new Map<string, number>()

  has(id: string): boolean {
    return this.#expiryById.has(id)
  }

  add(id: string, expiresAt: number, now: number): void {
    for (const [old, expiry] of this.#expiryById) if (expiry <= now) this.#expiryById.delete(old)
    this.#expiryById.set(id, expiresAt)
  }
}
