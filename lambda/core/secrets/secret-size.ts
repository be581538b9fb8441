// The store's limit on one secret, checked before anything is written.

import type { Redacted } from './redacted.ts'

/** SecretString takes 65,536 bytes (PutSecretValue, API reference). */
export const largestSecretBytes = 65_536

export const fitsSecret = (text: Redacted): boolean => Buffer.byteLength(text.reveal()) <= largestSecretBytes
