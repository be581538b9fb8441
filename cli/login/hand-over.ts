// Hands a login over: writes it for one purpose and deletes it afterwards, also after Ctrl-C, unless it holds a new refresh token.

import { randomBytes } from 'node:crypto'
import { invitationSuffix, secretName } from '../../lambda/contract.ts'
import { isKeptVersion } from '../../lambda/core/secrets/version-id.ts'
import { explain } from '../aws/explain.ts'
import { describe } from '../aws/secrets.ts'
import type { Context } from '../context.ts'
import { CommandError, Interrupted } from '../exit.ts'

export interface HandedOver {
  /** First letters of the last part of the login secret's name. */
  readonly name: string
  /** Its JSON. Only the store receives it. */
  readonly text: string
  /** The connection that it makes. Undefined: it brings no tokens, so the function keeps none in it. */
  readonly connection?: string
}

/**
 * The name is unique, so that this command deletes only its own login: another operator may be bootstrapping the same
 * connection.
 *
 * @param work receives the ARN of the login secret. If the function succeeds, it has deleted the login. Otherwise
 * `withLogin` deletes it, unless the function has stored a new refresh token of the provider in it.
 */
export const withLogin = async <T>(
  context: Context,
  { name, text, connection }: HandedOver,
  work: (arn: string) => Promise<T>,
): Promise<T> => {
  context.interrupted.throwIfAborted()
  const login = `${name}-${randomBytes(8).toString('hex')}`
  const secret = secretName(context.prefix, 'logins', login)
  const { arn, versionId } = await write(context, secret, text)
  try {
    context.interrupted.throwIfAborted()
    return await work(arn)
  } catch (error) {
    if (connection === undefined) throw await takeBack(context, secret, error)
    const kept = await holdsNewToken(context, login, versionId)
    throw kept === false ? await takeBack(context, secret, error) : keptThere({ kept, secret, connection }, error)
  }
}

/** @returns undefined when that is not known */
const holdsNewToken = async (context: Context, login: string, versionId: string): Promise<boolean | undefined> => {
  try {
    // Ctrl-C does not stop this.
    const uninterrupted = { ...context, interrupted: new AbortController().signal }
    const entry = await describe(uninterrupted, 'logins', login)
    return isKeptVersion(entry?.currentVersionId, versionId)
  } catch {
    return undefined
  }
}

interface KeptThere {
  readonly kept: true | undefined
  readonly secret: string
  readonly connection: string
}

const keptThere = ({ kept, secret, connection }: KeptThere, cause: unknown): CommandError => {
  const goOn = resumption(connection, secret)
  const left = kept
    ? `The refresh token that the provider has issued is kept in ${secret}. Go on without a sign-in: ${goOn}`
    : `The login is in ${secret}, and may hold a refresh token by now. Go on with: ${goOn}\nOr delete it with: ${deletion(secret)}`
  return withRemedy(left, cause)
}

interface Written {
  readonly arn: string
  readonly versionId: string
}

/**
 * Under the private key: an operator may write under it, and not read. Ctrl-C does not stop this, because a request that is
 * on its way could still arrive after the deletion.
 */
const write = async (context: Context, secret: string, text: string): Promise<Written> => {
  const client = await context.aws.secretsManager()
  const { CreateSecretCommand, SecretsManagerServiceException } = await import('@aws-sdk/client-secrets-manager')
  const KmsKeyId = `alias/${context.prefix}`
  try {
    const command = new CreateSecretCommand({ Name: secret, SecretString: text, KmsKeyId })
    const { ARN = secret, VersionId = '' } = await client.send(command)
    return { arn: ARN, versionId: VersionId }
  } catch (error) {
    const refused = error instanceof SecretsManagerServiceException && error.$fault === 'client'
    // AWS stored nothing if it refused. After any other error the login may be stored all the same.
    throw refused ? error : await takeBack(context, secret, error)
  }
}

/**
 * Ctrl-C does not stop this either.
 *
 * @returns the error to throw. If the deletion fails, its remedy says how to delete the login, which may hold a password
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

const leftBehind = (secret: string, cause: unknown): CommandError =>
  withRemedy(`The login could not be deleted. Delete it with: ${deletion(secret)}`, cause)

const withRemedy = (left: string, cause: unknown): CommandError => {
  const { problem, exitStatus } = cause instanceof CommandError ? cause : explain(cause)
  return new CommandError(
    {
      ...problem,
      ...(cause instanceof Interrupted && { message: cause.message }),
      remedy: problem.remedy === undefined ? left : `${problem.remedy}\n${left}`,
    },
    exitStatus,
  )
}

/** The command that continues with a stored login. */
export const resumption = (connection: string, secret: string): string =>
  `token-refresher bootstrap ${connection} --stored-login ${secret}`

/** The command that deletes a login. */
export const deletion = (secret: string): string =>
  `aws secretsmanager delete-secret --force-delete-without-recovery --secret-id ${secret}`

/** What the name of an invitation begins with. */
export const invitationPrefix = (connection: string): string => `${connection}${invitationSuffix}`

/** @param name last part of a login secret's name */
export const isInvitationOf = (connection: string, name: string): boolean =>
  name.startsWith(`${invitationPrefix(connection)}-`)

/** @param name last part of a login secret's name */
export const isInvitation = (name: string): boolean => name.includes(`${invitationSuffix}-`)

/** @param name last part of a login secret's name */
export const isLoginOf = (connection: string, name: string): boolean =>
  name === connection || (name.startsWith(`${connection}-`) && /^[0-9a-f]{16}$/.test(name.slice(connection.length + 1)))
