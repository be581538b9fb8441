// Values that only this server can make and read: the token carries what the server would otherwise have to store.

import { createCipheriv, createDecipheriv, createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import * as v from 'valibot'
import type { Random } from './random.ts'

const ivLength = 12
const tagLength = 16

/** One kind of sealed value. A value sealed as one kind never opens as another. */
export class Seal<Schema extends v.GenericSchema> {
  readonly #key: KeyObject
  readonly #random: Random
  readonly #schema: Schema
  readonly #size: number

  /** @param kind.size the payload is padded to this many bytes, so that lengths look like the real ones */
  constructor(kind: { name: string; key: KeyObject; random: Random; schema: Schema; size: number }) {
    this.#key = createSecretKey(createHmac('sha256', kind.key).update(kind.name).digest())
    this.#random = kind.random
    this.#schema = kind.schema
    this.#size = kind.size
  }

  close(payload: v.InferOutput<Schema>): string {
    const iv = this.#random.bytes(ivLength)
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv)
    const sealed = cipher.update(JSON.stringify(payload).padEnd(this.#size), 'utf8')
    return Buffer.concat([iv, sealed, cipher.final(), cipher.getAuthTag()]).toString('base64url')
  }

  /** `undefined` if this server has not made it. */
  open(text: string): v.InferOutput<Schema> | undefined {
    const bytes = Buffer.from(text, 'base64url')
    if (bytes.length <= ivLength + tagLength) return undefined
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, ivLength))
    decipher.setAuthTag(bytes.subarray(-tagLength))
    try {
      const opened = Buffer.concat([decipher.update(bytes.subarray(ivLength, -tagLength)), decipher.final()])
      return v.parse(this.#schema, JSON.parse(opened.toString('utf8')))
    } catch {
      return undefined
    }
  }
}
