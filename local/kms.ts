// The part of KMS that links need, at the AWS endpoint: GenerateMac and VerifyMac. The HMAC keys exist while the process runs.

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import * as v from 'valibot'
import type { LoopbackAnswer, LoopbackRequest } from './loopback-server.ts'
import { type Authorize, principalOf } from './secrets-manager/access.ts'
import { ServiceError } from './secrets-manager/errors.ts'
import { failure, success } from './secrets-manager/wire.ts'

const algorithm = v.literal('HMAC_SHA_256')
/** Base64 of 1 to 4,096 bytes (its API reference). */
const message = v.pipe(
  v.string(),
  v.transform((text) => Buffer.from(text, 'base64')),
  v.check((bytes) => bytes.length >= 1 && bytes.length <= 4096),
)
const keyId = v.pipe(v.string(), v.regex(/^arn:aws:kms:[^:]+:\d{12}:key\/[A-Za-z0-9-]+$/))
const generate = v.strictObject({ KeyId: keyId, MacAlgorithm: algorithm, Message: message })
const verify = v.strictObject({ ...generate.entries, Mac: v.pipe(v.string(), v.nonEmpty()) })

/** @returns a service that answers undefined when the request is for something else */
export const embeddedKms = (authorize: Authorize | undefined) => {
  const keys = new Map<string, Buffer>()
  const macOf = (key: string, bytes: Buffer): Buffer => {
    const secret = keys.get(key) ?? randomBytes(32)
    keys.set(key, secret)
    return createHmac('sha256', secret).update(bytes).digest()
  }
  const allow = (request: LoopbackRequest, action: string, resource: string): void => {
    const principal = principalOf(request.headers.authorization)
    const refusal = authorize?.({ principal, action, resource, context: {} })
    if (refusal !== undefined) throw new ServiceError('AccessDeniedException', refusal, 400)
  }
  const operations: Readonly<Record<string, (request: LoopbackRequest) => object>> = {
    'TrentService.GenerateMac': (request) => {
      const { KeyId, MacAlgorithm, Message } = read(generate, request)
      allow(request, 'kms:GenerateMac', KeyId)
      return { KeyId, MacAlgorithm, Mac: macOf(KeyId, Message).toString('base64') }
    },
    'TrentService.VerifyMac': (request) => {
      const { KeyId, MacAlgorithm, Message, Mac } = read(verify, request)
      allow(request, 'kms:VerifyMac', KeyId)
      const [wanted, given] = [macOf(KeyId, Message), Buffer.from(Mac, 'base64')]
      if (wanted.length !== given.length || !timingSafeEqual(wanted, given)) {
        throw new ServiceError('KMSInvalidMacException', '')
      }
      return { KeyId, MacAlgorithm, MacValid: true }
    },
  }
  return (request: LoopbackRequest): LoopbackAnswer | undefined => {
    const operation = operations[String(request.headers['x-amz-target'])]
    if (operation === undefined) return undefined
    try {
      return success(operation(request))
    } catch (error) {
      if (error instanceof ServiceError) return failure(error)
      throw error
    }
  }
}

const read = <S extends v.GenericSchema>(schema: S, { body }: LoopbackRequest): v.InferOutput<S> => {
  const parsed = v.safeParse(schema, JSON.parse(body))
  if (!parsed.success) throw new ServiceError('ValidationException', 'the request is not one that is known here')
  return parsed.output
}
