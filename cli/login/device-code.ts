// Signing in with a browser on another device (RFC 8628): the command shows a code, and the function polls for the tokens.

import { setTimeout as wait } from 'node:timers/promises'
import * as oauth from 'oauth4webapi'
import { providerOf } from '../../lambda/core/login/authority.ts'
import { requestedScope } from '../../lambda/core/tokens/next-grant.ts'
import type { Context } from '../context.ts'
import { CommandError, wrongUsage } from '../exit.ts'
import { plain } from '../terminal/printable.ts'
import { type Draft, textOf } from './draft.ts'
import { overHttpToo, webAddress } from './provider.ts'
import { refusedSignIn } from './refused-sign-in.ts'

export interface DeviceSignIn {
  readonly draft: Draft
  readonly intervalSeconds: number
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

const warning =
  'Conditional Access policies block tokens of a device code first: Microsoft is introducing\n' +
  '"Block device code flow", and a later policy ends such tokens for good (AADSTS530036). Prefer --browser.'

export const startDeviceSignIn = async (
  context: Context,
  draft: Draft,
  server: oauth.AuthorizationServer,
): Promise<DeviceSignIn> => {
  if (server.device_authorization_endpoint === undefined) {
    throw wrongUsage(
      'the device authorization endpoint is not known',
      'Give --device-authorization-endpoint, or --issuer.',
    )
  }
  const client: oauth.Client = { client_id: textOf(draft, 'client_id') ?? '' }
  const scope = requestedScope(textOf(draft, 'scope') ?? '', { provider: providerOf(server.token_endpoint ?? '') })
  const parameters = scope === '' ? {} : { scope }
  const options = { ...overHttpToo, signal: context.interrupted }
  const codes = await oauth
    .deviceAuthorizationRequest(server, client, authenticationOf(draft, server), parameters, options)
    .then((response) => oauth.processDeviceAuthorizationResponse(server, client, response))
    .catch((error: unknown) => {
      context.interrupted.throwIfAborted()
      if (wantsAuthentication(error) && textOf(draft, 'client_secret') === undefined) throw noClientSecret()
      if (!(error instanceof oauth.ResponseBodyError)) throw noDeviceCode(server.device_authorization_endpoint)
      throw refusedSignIn(
        new URLSearchParams({ error: error.error, error_description: error.error_description ?? '' }),
        'device_code',
      )
    })
  const page = webAddress(codes.verification_uri)
  if (page === undefined) throw noDeviceCode(server.device_authorization_endpoint)
  const { colors } = context.terminal
  context.terminal.note(
    `${colors.yellow(warning)}\n\nOpen ${page.href} and type ${colors.bold(plain(codes.user_code))}, as the mailbox user.\n`,
  )
  return {
    draft: { ...draft, device_code: codes.device_code },
    intervalSeconds: codes.interval ?? 5,
    expiresAt: context.now() + codes.expires_in * 1000,
  }
}

/**
 * RFC 8628 section 3.1: a client that has a secret sends it here too. Microsoft's endpoint takes none. The command holds
 * the client secret of a known client only if the login contains it.
 */
const authenticationOf = (draft: Draft, { token_endpoint = '' }: oauth.AuthorizationServer): oauth.ClientAuth => {
  const secret = textOf(draft, 'client_secret')?.trim()
  if (secret === undefined || secret === '' || providerOf(token_endpoint).name === 'entra') return oauth.None()
  return draft.token_endpoint_auth_method === 'client_secret_basic'
    ? oauth.ClientSecretBasic(secret)
    : oauth.ClientSecretPost(secret)
}

const wantsAuthentication = (error: unknown): boolean =>
  error instanceof oauth.WWWAuthenticateChallengeError ||
  (error instanceof oauth.ResponseBodyError && ['invalid_client', 'unauthorized_client'].includes(error.error))

const noClientSecret = (): CommandError =>
  wrongUsage(
    'the device endpoint needs the client secret, which the command does not have',
    'Hand the login over with --from-file, with the key "client_secret", or sign in with --browser.',
  )

const pendingCodes: readonly (string | undefined)[] = ['authorization_pending', 'AADSTS70016']

/** @param ask starts the bootstrap once more; it throws the provider's refusal */
export const whenSignedIn = async <T>(context: Context, signIn: DeviceSignIn, ask: () => Promise<T>): Promise<T> => {
  let interval = signIn.intervalSeconds
  for (;;) {
    await wait(interval * 1000, undefined, { signal: context.interrupted })
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof CommandError)) throw error
      const { code } = error.problem
      // RFC 8628 section 3.5: five seconds more each time.
      if (code === 'slow_down') interval += 5
      else if (!pendingCodes.includes(code)) throw error
      if (context.now() > signIn.expiresAt) throw nobodySignedIn()
    }
  }
}

const noDeviceCode = (endpoint = ''): CommandError =>
  new CommandError({
    code: 'NoDeviceCode',
    message: `${endpoint} gave no device code`,
    remedy: 'Check the network, the tenant or the endpoint, and whether the provider supports device codes.',
  })

const nobodySignedIn = (): CommandError =>
  new CommandError({
    code: 'NoSignIn',
    message: 'no sign-in arrived before the device code expired',
    remedy: 'Start again.',
  })
