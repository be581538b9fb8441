// SHA-256 and its HMAC for the AWS SDK's signatures.

import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto'

/** As the SDK passes keys. */
type Secret = string | ArrayBuffer | ArrayBufferView

/**
 * A signature takes two HMACs and two hashes. The SDK's own class hands the key over as bytes each time, which OpenSSL then
 * imports anew; a KeyObject is imported once.
 */
export class Sha256 {
  readonly digestLength = 32
  readonly #key: KeyObject | undefined
  #chunks: Uint8Array[] = []

  constructor(secret?: Secret) {
    this.#key = secret === undefined ? undefined : keyOf(secret)
  }

  update(chunk: Uint8Array): void {
    this.#chunks.push(chunk)
  }

  async digest(): Promise<Uint8Array> {
    const [only, ...others] = this.#chunks
    const data = only !== undefined && others.length === 0 ? only : Buffer.concat(this.#chunks)
    return this.#key === undefined
      ? hash('sha256', data, 'buffer')
      : createHmac('sha256', this.#key).update(data).digest()
  }

  reset(): void {
    this.#chunks = []
  }
}

/** The SDK keeps the bytes of a signing key for a day, and passes the same object each time. */
const keysOfBytes = new WeakMap<object, KeyObject>()

/** Of the secret access key, which signing begins with: Lambda changes it every few hours. */
let latest: { readonly text: string; readonly key: KeyObject } | undefined

const keyOf = (secret: Secret): KeyObject => {
  if (typeof secret === 'string') {
    if (latest?.text !== secret) latest = { text: secret, key: createSecretKey(secret, 'utf8') }
    return latest.key
  }
  const known = keysOfBytes.get(secret)
  if (known !== undefined) return known
  const bytes = ArrayBuffer.isView(secret) ? secret : new Uint8Array(secret)
  const key = createSecretKey(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  keysOfBytes.set(secret, key)
  return key
}
