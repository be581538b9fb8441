// Texts that only a holder of the KMS key can have made: a payload and its MAC, both in base64url.

/** What a MAC is for. A text that was made for one purpose is worth nothing for another. */
export type Purpose = 'link' | 'state' | 'verifier'

/** KMS takes 4,096 bytes (GenerateMac), and an address of this length passes every browser and proxy. */
export const longestPayload = 3_000

const pattern = /^[A-Za-z0-9_-]{1,3000}\.[A-Za-z0-9_-]{43}$/

export interface Sealed {
  readonly payload: string
  readonly mac: Uint8Array
}

/** What is authenticated: the purpose is part of it. */
export const messageOf = (purpose: Purpose, payload: string): string => `token-refresher:${purpose}:${payload}`

export const encodePayload = (value: unknown): string =>
  Buffer.from(JSON.stringify(value), 'utf8').toString('base64url')

/** @returns undefined when it is not JSON in base64url */
export const decodePayload = (payload: string): unknown => {
  try {
    const value: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    return value
  } catch {
    return undefined
  }
}

export const joinSealed = ({ payload, mac }: Sealed): string => `${payload}.${base64url(mac)}`

/** @returns undefined when it has not the form of a sealed text, which costs no request to KMS */
export const splitSealed = (text: string): Sealed | undefined => {
  if (!pattern.test(text)) return undefined
  const [payload = '', mac = ''] = text.split('.')
  const bytes = Buffer.from(mac, 'base64url')
  // The last character of 43 has two bits to spare: only one way to write a MAC is taken.
  return base64url(bytes) === mac ? { payload, mac: bytes } : undefined
}

export const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
