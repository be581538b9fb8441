// Reads the access token of one connection: cached for 5 minutes, and read once more after a 401.

import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'

const client = new SecretsManagerClient({})
const SecretId = 'token-refresher/connections/sales-mailbox'
const cacheMilliseconds = 5 * 60_000
let cached

export const accessToken = async ({ fresh = false } = {}) => {
  if (fresh || cached === undefined || Date.now() - cached.at > cacheMilliseconds) {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId }))
    cached = { at: Date.now(), token: JSON.parse(SecretString).access_token }
  }
  return cached.token
}

export const request = async (url) => {
  const send = async (options) => fetch(url, { headers: { authorization: `Bearer ${await accessToken(options)}` } })
  const response = await send()
  return response.status === 401 ? send({ fresh: true }) : response
}
