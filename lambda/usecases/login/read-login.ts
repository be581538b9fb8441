// Reads the login that an event names, and no other secret.

import { secretName } from '../../contract.ts'
import { isArn, loginNameOf } from '../../core/login/login-id.ts'
import { invitationOf, withInvitation } from '../../core/sign-in/login-of-code.ts'
import type { Dependencies, SecretId, StoredVersion } from '../../ports.ts'
import { refuse } from './bootstrap-refused.ts'

export interface ReadLogin {
  readonly id: SecretId
  readonly version: StoredVersion
}

/**
 * Always by its name in this account and Region. Where the event names an ARN, it must be the ARN of the secret that was found.
 *
 * @param login name or full ARN
 * @throws BootstrapRefused when it is not below `<prefix>/logins/`, or does not exist
 */
export const readLogin = async ({ store, settings }: Dependencies, login: string): Promise<ReadLogin> => {
  const { prefix } = settings
  const name = loginNameOf(login, prefix)
  if (name === undefined) {
    const below = secretName(prefix, 'logins', '')
    return refuse('login_not_found', `The event's "login" must be a secret below ${below}, by its name or its full ARN`)
  }
  const id = { room: 'logins', name } as const
  const version = (await store.read(id)) ?? refuse('login_not_found')
  if (isArn(login) && version.arn !== login) refuse('login_not_found', 'No secret has the ARN that the event names')
  return { id, version }
}

export interface InvitedLogin extends ReadLogin {
  /** The invitation of the login, which is deleted with it. */
  readonly invitation: SecretId | undefined
}

/**
 * A login of a sign-in by link, completed by its invitation.
 *
 * @throws BootstrapRefused when the login or its invitation does not exist
 */
export const readInvited = async (dependencies: Dependencies, login: string): Promise<InvitedLogin> => {
  const read = await readLogin(dependencies, login)
  const name = invitationOf(read.version.text)
  if (name === undefined) return { ...read, invitation: undefined }
  const { id, version } = await readLogin(dependencies, secretName(dependencies.settings.prefix, 'logins', name))
  const text = withInvitation(read.version.text, version.text)
  return { ...read, version: { ...read.version, text }, invitation: id }
}
