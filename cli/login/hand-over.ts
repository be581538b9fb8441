// Handing a login over: written for one purpose, and gone afterwards whatever happens, Ctrl-C included.

import { secretName } from '../../lambda/contract.ts'
import type { Context } from '../context.ts'

export interface HandedOver {
  /** Last part of the login secret's name. */
  readonly name: string
  /** Its JSON. Nothing but the store gets to see it. */
  readonly text: string
}

/** A name that was deleted a moment ago is not free at once. */
const tries = 8
const pauseMilliseconds = 1000

/**
 * @param work is given the ARN of the login secret. The bootstrap function deletes it after the provider's answer; what
 * it has left is deleted when this returns or throws.
 */
export const withLogin = async <T>(
  context: Context,
  login: HandedOver,
  work: (arn: string) => Promise<T>,
): Promise<T> => {
  context.interrupted.throwIfAborted()
  try {
    return await work(await write(context, login))
  } finally {
    await takeBack(context, login)
  }
}

/** Under the private key: an operator may write under it, and not read. */
const write = async (context: Context, { name, text }: HandedOver): Promise<string> => {
  const client = await context.aws.secretsManager()
  const sdk = await import('@aws-sdk/client-secrets-manager')
  const Name = secretName(context.prefix, 'logins', name)
  const create = new sdk.CreateSecretCommand({ Name, SecretString: text, KmsKeyId: `alias/${context.prefix}` })
  const options = { abortSignal: context.interrupted }
  for (let attempt = 1; ; attempt++) {
    try {
      return (await client.send(create, options)).ARN ?? Name
    } catch (error) {
      if (attempt === tries) throw error
      // Deleted and made anew: to add a version an operator would have to be able to read under the key.
      if (error instanceof sdk.ResourceExistsException) {
        context.terminal.note(`A login ${Name} was lying there from an earlier try; this one takes its place.`)
        await client.send(new sdk.DeleteSecretCommand({ SecretId: Name, ForceDeleteWithoutRecovery: true }), options)
        continue
      }
      if (!(error instanceof sdk.InvalidRequestException)) throw error
      await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds))
      context.interrupted.throwIfAborted()
    }
  }
}

/** Not to be cut off by Ctrl-C. That it cannot be taken back is said, for a password lies there then. */
const takeBack = async (context: Context, { name }: HandedOver): Promise<void> => {
  const SecretId = secretName(context.prefix, 'logins', name)
  const client = await context.aws.secretsManager()
  const { DeleteSecretCommand, ResourceNotFoundException } = await import('@aws-sdk/client-secrets-manager')
  try {
    await client.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }))
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return
    const command = `aws secretsmanager delete-secret --secret-id ${SecretId} --force-delete-without-recovery`
    context.terminal.note(`The login ${SecretId} could not be deleted. Delete it with: ${command}`)
    if (!context.interrupted.aborted) throw error
  }
}
