// Graph's applications(appId='…'): an app registration reads, adds and removes its own client secrets.

import type { LoopbackAnswer, LoopbackRequest } from '../loopback-server.ts'
import type { AccessTokenClaims } from './access-token.ts'
import { claimsIn, graphError } from './graph.ts'
import { addPassword, collides, isListed, listed } from './graph-passwords.ts'
import type { EntraParts } from './parts.ts'
import type { Client } from './records.ts'
import { readJson, text } from './request-json.ts'

export const applicationsPath = '/v1.0/applications('

const route = /^\/v1\.0\/applications\(appId='([^']*)'\)(?:\/(addPassword|removePassword))?$/

const jsonType = { 'content-type': 'application/json' }

/**
 * learn.microsoft.com/graph/api/application-addpassword, -removepassword, -get: the application permission
 * Application.ReadWrite.OwnedBy is for registrations that the app owns. That it does not do without ownership was
 * reported (learn.microsoft.com/answers/questions/2138886), not documented. Errors have the codes of Graph's directory service.
 */
export const answerApplication = (parts: EntraParts, request: LoopbackRequest): LoopbackAnswer => {
  const [, appId = '', action] = route.exec(decodeURIComponent(request.path)) ?? []
  const claims = claimsIn(parts, request)
  if (!('oid' in claims)) return claims
  const client = parts.registry.client(appId)
  if (client === undefined || client.tenantId !== claims.tid) return notFound(parts, appId)
  if (!mayChange(claims, client)) {
    return graphError(parts, 403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.')
  }
  if (request.method !== (action === undefined ? 'GET' : 'POST')) {
    return graphError(parts, 405, 'Request_BadRequest', 'Specified HTTP method is not allowed for the request target.')
  }
  if (action === undefined) return answerGet(parts, client)
  return action === 'addPassword' ? addPassword(parts, client, request) : removePassword(parts, client, request)
}

const mayChange = ({ roles = [], appid }: AccessTokenClaims, client: Client): boolean => {
  if (roles.includes('Application.ReadWrite.All')) return true
  const isOwner = appid === client.clientId && client.ownsItself === true
  return isOwner && roles.includes('Application.ReadWrite.OwnedBy')
}

const answerGet = ({ clock }: EntraParts, client: Client): LoopbackAnswer => ({
  status: 200,
  headers: jsonType,
  body: JSON.stringify({
    appId: client.clientId,
    passwordCredentials: client.secrets.filter((one) => isListed(one, clock.now())).map(listed),
  }),
})

const removePassword = (parts: EntraParts, client: Client, request: LoopbackRequest): LoopbackAnswer => {
  if (collides(client, parts.clock.now())) {
    const message = 'Error due to concurrent requests being made to the tenant. Please wait briefly and retry.'
    return graphError(parts, 409, 'Directory_ConcurrencyViolation', message)
  }
  const keyId = text(readJson(request.body), 'keyId')
  if (!client.secrets.some((each) => each.keyId === keyId)) {
    return graphError(parts, 400, 'Request_BadRequest', `No password credential found with keyId ${keyId}.`)
  }
  parts.registry.putClient({ ...client, secrets: client.secrets.filter((each) => each.keyId !== keyId) })
  return { status: 204, headers: {}, body: '' }
}

const notFound = (parts: EntraParts, appId: string): LoopbackAnswer =>
  graphError(
    parts,
    404,
    'Request_ResourceNotFound',
    `Resource '${appId}' does not exist or one of its queried reference-property objects are not present.`,
  )
