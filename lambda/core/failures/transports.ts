// What a missing answer means, by error code of Node.js and undici.

import type { Ruling } from './ruling.ts'

export const checkWay =
  'Nothing to do; the refresher tries again by itself, and if this lasts, check the way from the function to the token endpoint.'
const checkHost = 'Check the host name of the token endpoint and the name resolution where the function runs.'
const checkListener = 'Check host and port of the token endpoint, and the firewall on the way to it.'
export const slowProvider =
  'Nothing to do; the refresher tries again by itself, and if this lasts, look at the status page of the identity provider.'
const badCertificate =
  'Look for a proxy that intercepts TLS on the way to the token endpoint, or have the certificate of the endpoint renewed.'
const badTls = 'Check that the token endpoint and any proxy on the way to it speak TLS 1.2 or newer.'
const badHttp = 'Check that the token endpoint speaks HTTP, and look for a proxy that damages its answers.'
const freeFiles = 'Lower the concurrency of the function, since it ran out of sockets.'

const network = (remedy: string): Ruling => ({ class: 'transient', concerns: 'connection', remedy })

/** No answer, by error code of Node.js and undici. The provider said nothing, so nothing is known of the token. */
export const transports: Readonly<Record<string, Ruling>> = {
  timeout: network(slowProvider),
  CERT_CHAIN_TOO_LONG: network(badCertificate),
  CERT_HAS_EXPIRED: network(badCertificate),
  CERT_NOT_YET_VALID: network(badCertificate),
  CERT_REJECTED: network(badCertificate),
  CERT_REVOKED: network(badCertificate),
  CERT_SIGNATURE_FAILURE: network(badCertificate),
  CERT_UNTRUSTED: network(badCertificate),
  DEPTH_ZERO_SELF_SIGNED_CERT: network(badCertificate),
  EADDRNOTAVAIL: network(freeFiles),
  EAI_AGAIN: network(checkHost),
  EAI_FAIL: network(checkHost),
  EAI_NODATA: network(checkHost),
  ECONNABORTED: network(checkWay),
  ECONNREFUSED: network(checkListener),
  ECONNRESET: network(checkWay),
  EHOSTUNREACH: network(checkListener),
  EMFILE: network(freeFiles),
  ENETDOWN: network(checkWay),
  ENETUNREACH: network(checkListener),
  ENOTFOUND: network(checkHost),
  EPIPE: network(checkWay),
  EPROTO: network(badTls),
  ERR_SSL_WRONG_VERSION_NUMBER: network(badTls),
  ERR_TLS_CERT_ALTNAME_INVALID: network(badCertificate),
  ERR_TLS_HANDSHAKE_TIMEOUT: network(slowProvider),
  ETIMEDOUT: network(slowProvider),
  HOSTNAME_MISMATCH: network(badCertificate),
  SELF_SIGNED_CERT_IN_CHAIN: network(badCertificate),
  UNABLE_TO_GET_ISSUER_CERT: network(badCertificate),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: network(badCertificate),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: network(badCertificate),
  UND_ERR_ABORTED: network(slowProvider),
  UND_ERR_BODY_TIMEOUT: network(slowProvider),
  UND_ERR_CLOSED: network(checkWay),
  UND_ERR_CONNECT_TIMEOUT: network(checkListener),
  UND_ERR_DESTROYED: network(checkWay),
  UND_ERR_HEADERS_OVERFLOW: network(badHttp),
  UND_ERR_HEADERS_TIMEOUT: network(slowProvider),
  UND_ERR_PRX_TLS: network(badTls),
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: network(badHttp),
  UND_ERR_SOCKET: network(checkWay),
}

/** Families of transport codes, for codes without a row of their own. */
export const transportFamilies: readonly (readonly [prefix: string, ruling: Ruling])[] = [
  ['ERR_SSL_', network(badTls)],
  ['ERR_TLS_', network(badTls)],
  ['HPE_', network(badHttp)],
]

export const familyOf = (code: string): Ruling | undefined =>
  transportFamilies.find(([prefix]) => code.startsWith(prefix))?.[1]
