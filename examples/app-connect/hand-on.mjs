// Lambda: puts the accounts of IBM App Connect as a service together, and replaces its configuration. Not tried with App Connect.

import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'

const secrets = new SecretsManagerClient({})
// API_SECRET: JSON with url, instanceId, clientId, clientSecret and apiKey. ACCOUNTS_SECRET: the accounts with placeholders.
const { API_SECRET, ACCOUNTS_SECRET, CONFIGURATION, PREFIX = 'token-refresher' } = process.env

const read = async (SecretId) => (await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString

/** `{{ sales-mailbox.client_secret }}` stands for this key of what the connection publishes. */
const placeholder = /\{\{ ([a-z0-9-]+)\.([a-z_]+) \}\}/g

const filled = async (accounts) => {
  const names = new Set([...accounts.matchAll(placeholder)].map(([, name]) => name))
  const published = {}
  for (const name of names) published[name] = JSON.parse(await read(`${PREFIX}/connections/${name}`))
  return accounts.replace(placeholder, (_, name, key) => {
    const value = published[name][key]
    if (value === undefined) throw new Error(`${name} does not publish ${key}`)
    // A JSON string is a YAML string too, with any characters in it.
    return JSON.stringify(value)
  })
}

const call = async (method, url, headers, body) => {
  const all = { accept: 'application/json', 'content-type': 'application/json', ...headers }
  const answer = await fetch(url, { method, headers: all, body: JSON.stringify(body) })
  // The body of an answer is not logged: it may repeat what was sent.
  if (!answer.ok) throw new Error(`App Connect answered ${answer.status} to ${method} ${new URL(url).pathname}`)
  return answer.json()
}

/** All accounts at once, regardless of the events: two calls of App Connect's API. */
export const handler = async () => {
  const { url, instanceId, clientId, clientSecret, apiKey } = JSON.parse(await read(API_SECRET))
  const accounts = await filled(await read(ACCOUNTS_SECRET))
  const instance = { 'x-ibm-instance-id': instanceId, 'X-IBM-Client-Id': clientId }
  const forToken = { ...instance, 'X-IBM-Client-Secret': clientSecret }
  const { access_token } = await call('POST', `${url}/api/v1/tokens`, forToken, { apiKey })
  const authorized = { ...instance, Authorization: `Bearer ${access_token}` }
  const data = Buffer.from(accounts).toString('base64')
  const spec = { type: 'accounts', description: 'Accounts with values from token-refresher', data }
  await call('PUT', `${url}/api/v1/configurations/${CONFIGURATION}`, authorized, {
    metadata: { name: CONFIGURATION },
    spec,
  })
}
