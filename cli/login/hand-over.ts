// Handing a login over: written for one purpose, and gone afterwards whatever happens, Ctrl-C included.

import { randomBytes } from 'node:crypto'
import { secretName } from '../../lambda/contract.ts'
import { explain } from '../aws/explain.ts'
import type { Context } from '../context.ts'
import { CommandError, Interrupted } from '../exit.ts'

export interface HandedOver {
  /** What the last part of the login secret's name begins with. */
  readonly name: string
  /** Its JSON. Nothing but the store gets to see it. */
  readonly text: string
}

/**
 * The name is one that nobody else has, so that what is taken back is ours: somebody else may be bootstrapping the same
 * connection.
 *
 * @param work is given the ARN of the login secret. The function that succeeds with it has deleted it; after anything else
 * it is taken back here.
 */
export const withLogin = async <T>(
  context: Context,
  { name, text }: HandedOver,
  work: (arn: string) => Promise<T>,
): Promise<T> => {
  context.interrupted.throwIfAborted()
  const secret = secretName(context.prefix, 'logins', `${name}-${randomBytes(8).toString('hex')}`)
  const arn = await write(context, secret, text)
  try {
    context.interrupted.throwIfAborted()
    return await work(arn)
  } catch (error) {
    throw await takeBack(context, secret, error)
  }
}

/**
 * Under the private key: an operator may write under it, and not read. Not to be cut off by Ctrl-C, for a request that is
 * on its way could still arrive after it was taken back.
 */
const write = async (context: Context, secret: string, text: string): Promise<string> => {
  const client = await context.aws.secretsManager()
  const { CreateSecretCommand, SecretsManagerServiceException } = await import('@aws-sdk/client-secrets-manager')
  const KmsKeyId = `alias/${context.prefix}`
  try {
    const { ARN } = await client.send(new CreateSecretCommand({ Name: secret, SecretString: text, KmsKeyId }))
    return ARN ?? secret
  } catch (error) {
    const refused = error instanceof SecretsManagerServiceException && error.$fault === 'client'
    // What was refused lies nowhere. After anything else it may be there all the same.
    throw refused ? error : await takeBack(context, secret, error)
  }
}

/**
 * Not to be cut off by Ctrl-C either.
 *
 * @returns what to throw: the error that led here, and when the login could not be taken back how to, for a password lies there
 */
const takeBack = async (context: Context, SecretId: string, cause: unknown): Promise<unknown> => {
  const client = await context.aws.secretsManager()
  const { DeleteSecretCommand, ResourceNotFoundException } = await import('@aws-sdk/client-secrets-manager')
  try {
    await client.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }))
    return cause
  } catch (error) {
    return error instanceof ResourceNotFoundException ? cause : leftBehind(SecretId, cause)
  }
}

const leftBehind = (secret: string, cause: unknown): CommandError => {
  const { problem, exitStatus } = cause instanceof CommandError ? cause : explain(cause)
  const left = `The login could not be deleted. Delete it with: ${deletion(secret)}`
  return new CommandError(
    {
      ...problem,
      ...(cause instanceof Interrupted && { message: cause.message }),
      remedy: problem.remedy === undefined ? left : `${problem.remedy}\n${left}`,
    },
    exitStatus,
  )
}

/** What to type to be rid of a login. */
export const deletion = (secret: string): string =>
  `aws secretsmanager delete-secret --force-delete-without-recovery --secret-id ${secret}`

/** @param name last part of a login secret's name */
export const isLoginOf = (connection: string, name: string): boolean =>
  name === connection || (name.startsWith(`${connection}-`) && /^[0-9a-f]{16}$/.test(name.slice(connection.length + 1)))
