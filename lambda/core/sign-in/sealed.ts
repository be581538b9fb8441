// Texts that only a user of the KMS key can make: a payload and its MAC, both in base64url.

/** The purpose of a MAC. A text that was made for one purpose is not valid for another. */
export type Purpose = 'link' | 'state' | 'verifier'

/** KMS takes 4,096 bytes (GenerateMac), and every browser and proxy accepts an address of this length. */
export const longestPayload = 3_000

const pattern = /^[A-Za-z0-9_-]{1,3000}\.[A-Za-z0-9_-]{43}$/

export interface Sealed {
  readonly payload: string
  readonly mac: Uint8Array
}

/** The authenticated text. It includes the purpose. */
export const messageOf = (purpose: Purpose, payload: string): string => `token-refresher:${purpose}:${payload}`

export const encodePayload = (value: unknown): string =>
  Buffer.from(JSON.stringify(value), 'utf8').toString('base64url')

/** @returns undefined if it is not JSON in base64url */
export const decodePayload = (payload: string): unknown => {
  try {
    const value: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    return value
  } catch {
    return undefined
  }
}

export const joinSealed = ({ payload, mac }: Sealed): string => `${payload}.${base64url(mac)}`

/** @returns undefined if it does not have the form of a sealed text, so that no request to KMS is necessary */
export const splitSealed = (text: string): Sealed | undefined => {
  if (!pattern.test(text)) return undefined
  const [payload = '', mac = ''] = text.split('.')
  const bytes = Buffer.from(mac, 'base64url')
  // The last of the 43 characters has two unused bits. Only one spelling of a MAC is accepted.
  return base64url(bytes) === mac ? { payload, mac: bytes } : undefined
}

export const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
