// What codes of Node.js and undici mean, in a phrase that follows the code.

const certificate = 'the certificate of the other side is not accepted'
const cutOff = 'the connection was cut off'
const noRoute = 'there is no way to the host'
const noName = 'the host name cannot be resolved'
const tooSlow = 'no answer in time'
const tls = 'no encrypted connection could be made'
const brokenAnswer = 'the answer is broken HTTP'
const noSockets = 'the function ran out of sockets'

export const transportMeanings: Readonly<Record<string, string>> = {
  timeout: tooSlow,
  CERT_CHAIN_TOO_LONG: certificate,
  CERT_HAS_EXPIRED: 'the certificate of the other side has expired',
  CERT_NOT_YET_VALID: 'the certificate of the other side is not valid yet',
  CERT_REJECTED: certificate,
  CERT_REVOKED: 'the certificate of the other side was revoked',
  CERT_SIGNATURE_FAILURE: certificate,
  CERT_UNTRUSTED: certificate,
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate of the other side is signed by itself',
  EADDRNOTAVAIL: noSockets,
  EAI_AGAIN: noName,
  EAI_FAIL: noName,
  EAI_NODATA: noName,
  ECONNABORTED: cutOff,
  ECONNREFUSED: 'no process listens at host and port',
  ECONNRESET: cutOff,
  EHOSTUNREACH: noRoute,
  EMFILE: noSockets,
  ENETDOWN: noRoute,
  ENETUNREACH: noRoute,
  ENOTFOUND: noName,
  EPIPE: cutOff,
  EPROTO: tls,
  ERR_SSL_WRONG_VERSION_NUMBER: tls,
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another host',
  ERR_TLS_HANDSHAKE_TIMEOUT: tooSlow,
  ETIMEDOUT: tooSlow,
  HOSTNAME_MISMATCH: 'the certificate is for another host',
  SELF_SIGNED_CERT_IN_CHAIN: 'a certificate in the chain is signed by itself',
  UNABLE_TO_GET_ISSUER_CERT: certificate,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: certificate,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: certificate,
  UND_ERR_ABORTED: 'the request was ended before its answer came',
  UND_ERR_BODY_TIMEOUT: 'the answer began and did not end in time',
  UND_ERR_CLOSED: cutOff,
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  UND_ERR_DESTROYED: cutOff,
  UND_ERR_HEADERS_OVERFLOW: brokenAnswer,
  UND_ERR_HEADERS_TIMEOUT: tooSlow,
  UND_ERR_PRX_TLS: tls,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: brokenAnswer,
  UND_ERR_SOCKET: cutOff,
}

export const familyMeanings: readonly (readonly [prefix: string, meaning: string])[] = [
  ['ERR_SSL_', tls],
  ['ERR_TLS_', tls],
  ['HPE_', brokenAnswer],
]
