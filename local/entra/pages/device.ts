// The page where a person types the code that a device shows, and signs in for it.

import type { LoopbackAnswer, LoopbackRequest } from '../../loopback-server.ts'
import type { DeviceCode } from '../device-codes.ts'
import type { EntraParts } from '../parts.ts'
import { Refusal, refuse } from '../refusal.ts'
import { resolveTenant } from '../tenant-path.ts'
import { type FormField, form, hidden, page, refusalText } from './html.ts'
import { signInFields, signInInteractively } from './interactive-sign-in.ts'

export const answerDevicePage = (parts: EntraParts, request: LoopbackRequest): LoopbackAnswer => {
  if (request.method !== 'POST') return devicePage(startFields(request.query.get('user_code') ?? ''))
  const answers = new URLSearchParams(request.body)
  const userCode = answers.get('user_code') ?? ''
  const code = findPending(parts, userCode)
  if (code instanceof Refusal) return devicePage(startFields(userCode), code)
  if (answers.get('action') === 'cancel') {
    parts.deviceCodes.put({ ...code, state: { kind: 'declined' } })
    return page(200, 'You have declined', '<p>The device has been informed.</p>')
  }
  const path = resolveTenant(parts, code.tenantName)
  if (path instanceof Refusal) return devicePage(startFields(userCode), path)
  const signIn = signInInteractively(parts, path, answers)
  if (signIn.kind === 'ask') return devicePage([hidden('user_code', userCode), ...signIn.fields], signIn.refusal)
  parts.deviceCodes.put({ ...code, state: { kind: 'approved', userId: signIn.user.id, mfa: signIn.mfa } })
  return page(200, 'You have signed in', '<p>You may now close this window.</p>')
}

const findPending = (parts: EntraParts, userCode: string): DeviceCode | Refusal => {
  const code = parts.deviceCodes.findByUserCode(userCode)
  if (code === undefined) return refuse(70018)
  if (parts.clock.now() >= code.expiresAt) return refuse(70019)
  return code.state.kind === 'pending' ? code : refuse(70018)
}

const startFields = (userCode: string): readonly FormField[] => [
  { name: 'user_code', label: 'Code', type: 'text', value: userCode },
  ...signInFields(''),
]

const devicePage = (fields: readonly FormField[], refusal?: Refusal): LoopbackAnswer =>
  page(
    200,
    'Enter code to allow access',
    (refusal === undefined ? '' : refusalText(refusal)) + form(fields, { 'sign-in': 'Sign in', cancel: 'Cancel' }),
  )
