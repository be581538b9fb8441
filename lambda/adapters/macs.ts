// MACs by an HMAC key of KMS, through the AWS SDK.

import { GenerateMacCommand, KMSClient, type KMSClientConfig, VerifyMacCommand } from '@aws-sdk/client-kms'
import { storeFailure } from '../core/failures/failure-table.ts'
import { type Macs, StoreFailure } from '../ports.ts'
import { awsClientDefaults } from './aws-client.ts'
import { errorName, throwStoreFailure } from './store-errors.ts'

const MacAlgorithm = 'HMAC_SHA_256'

/** @param KeyId ARN of the key */
export const kmsMacs = (KeyId: string, configuration: KMSClientConfig = {}): Macs => {
  // The refresher makes a link only where a connection needs a person: most runs need no client.
  let made: KMSClient | undefined
  const client = (): KMSClient => {
    made ??= new KMSClient({
      maxAttempts: 3,
      ...awsClientDefaults(),
      ...configuration,
    })
    return made
  }
  return {
    generate: async (message) => {
      const command = new GenerateMacCommand({ KeyId, MacAlgorithm, Message: Buffer.from(message, 'utf8') })
      const { Mac } = await client().send(command).catch(throwStoreFailure)
      if (Mac === undefined) throw new StoreFailure(storeFailure('unknown'), true)
      return Mac
    },
    verify: async (message, mac) => {
      const given = { KeyId, MacAlgorithm, Message: Buffer.from(message, 'utf8'), Mac: mac } as const
      try {
        const { MacValid } = await client().send(new VerifyMacCommand(given))
        return MacValid === true
      } catch (error) {
        if (errorName(error) === 'KMSInvalidMacException') return false
        return throwStoreFailure(error)
      }
    },
  }
}
