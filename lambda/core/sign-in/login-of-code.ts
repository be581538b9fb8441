// The login of a sign-in by link: the code, and the fields of the link or the invitation about the connection.

import { createHash } from 'node:crypto'
import { loginFields } from '../login/login-text.ts'
import { Redacted } from '../secrets/redacted.ts'
import { tokenEndpointBeside } from './authorization-endpoint.ts'
import type { Link } from './link.ts'

export interface ArrivedCode {
  readonly link: Link
  readonly code: string
  readonly redirectUri: string
  readonly verifier: string
}

/** The same code has the same name, so that a code which arrives twice at once becomes one login. */
export const codeLoginName = ({ link, code }: Pick<ArrivedCode, 'link' | 'code'>): string =>
  `${link.connection}-${createHash('sha256').update(code).digest('hex').slice(0, 16)}`

export const loginOfCode = ({ link, code, redirectUri, verifier }: ArrivedCode): Redacted => {
  const { connection, invitation, client_id, scope, account } = link
  // An invitation has its own.
  const beside = invitation === undefined ? tokenEndpointBeside(link.authorization_endpoint) : undefined
  const token_endpoint = link.token_endpoint ?? beside
  return new Redacted(
    JSON.stringify({
      schema: 1,
      connection,
      client_id,
      ...(token_endpoint !== undefined && { token_endpoint }),
      scope,
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
      ...(account !== undefined && { expected_username: account }),
      ...(invitation !== undefined && { invitation }),
    }),
  )
}

/** Name of the invitation that a login refers to; undefined: the login is complete, or is not JSON. */
export const invitationOf = (login: Redacted): string | undefined => {
  const fields = loginFields(login)
  const name = typeof fields === 'string' ? undefined : fields.invitation
  return typeof name === 'string' ? name : undefined
}

/** A login with the fields of its invitation. Fields of the login override those of the invitation. */
export const withInvitation = (login: Redacted, invitation: Redacted): Redacted => {
  const own = loginFields(login)
  const invited = loginFields(invitation)
  if (typeof own === 'string' || typeof invited === 'string') return login
  const { invitation: _, ...rest } = own
  return new Redacted(JSON.stringify({ ...invited, ...rest }))
}
