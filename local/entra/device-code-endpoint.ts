// POST /{tenant}/oauth2/v2.0/devicecode: a code for the device, and one for the person to type elsewhere.

import type { LoopbackAnswer } from '../loopback-server.ts'
import { readCredentials } from './client-authentication.ts'
import { type DeviceCode, deviceCodeSeconds } from './device-codes.ts'
import type { EntraParts } from './parts.ts'
import { jsonHeaders, Refusal, refusalAnswer, refuse } from './refusal.ts'
import { parseScopes } from './scopes.ts'
import { admitClient, resolveTenant } from './tenant-path.ts'
import { type TokenRequest, wordingOf } from './token-endpoint.ts'

export const deviceAuthPath = '/common/oauth2/deviceauth'

const pollSeconds = 5

export const answerDeviceCodeRequest = (parts: EntraParts, request: TokenRequest): LoopbackAnswer => {
  const code = createCode(parts, request)
  if (code instanceof Refusal) return refusalAnswer(code, wordingOf(parts, request))
  const page = `${request.origin}${deviceAuthPath}`
  const body = {
    user_code: code.userCode,
    device_code: code.deviceCode,
    verification_uri: page,
    expires_in: deviceCodeSeconds,
    interval: pollSeconds,
    message: `To sign in, open the page ${page} in a web browser and enter the code ${code.userCode}.`,
  }
  return { status: 200, headers: jsonHeaders, body: JSON.stringify(body) }
}

const createCode = (parts: EntraParts, request: TokenRequest): DeviceCode | Refusal => {
  const { method, tenantName, form, headers } = request
  if (method !== 'POST') return refuse(900561, { name: method })
  const path = resolveTenant(parts, tenantName)
  if (path instanceof Refusal) return path
  const { clientId } = readCredentials(form, headers)
  if (!clientId) return refuse(900144, { name: 'client_id' })
  const client = admitClient(parts, path, clientId)
  if (client instanceof Refusal) return client
  const scope = form.get('scope') ?? ''
  const scopes = parseScopes(scope, 'refused')
  if (scopes instanceof Refusal) return scopes
  return parts.deviceCodes.create({ clientId: client.clientId, tenantName, scope }, parts.clock.now())
}
