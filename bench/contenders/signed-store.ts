// The store without an SDK: undici, and as much of Signature Version 4 as these calls need.

import { createHmac, hash } from 'node:crypto'
import { Agent } from 'undici'
import type { Store } from './by-hand.ts'

export interface Access {
  readonly url: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

const service = 'secretsmanager'
const contentType = 'application/x-amz-json-1.1'
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/** The headers of a signed request. */
export const signer = ({ url, region, accessKeyId, secretAccessKey }: Access) => {
  const { host } = new URL(url)
  let keyDay = ''
  let key: Buffer = Buffer.alloc(0)
  return (operation: string, body: string, at = new Date()): Record<string, string> => {
    const date = at.toISOString().replaceAll(/[-:]|\.\d{3}/g, '')
    const day = date.slice(0, 8)
    if (day !== keyDay) {
      key = [region, service, 'aws4_request'].reduce(hmac, hmac(`AWS4${secretAccessKey}`, day))
      keyDay = day
    }
    const target = `secretsmanager.${operation}`
    const digest = hash('sha256', body)
    const names = 'content-type;host;x-amz-content-sha256;x-amz-date;x-amz-target'
    const values = [contentType, host, digest, date, target]
    const canonicalHeaders = names.split(';').map((name, index) => `${name}:${values[index]}\n`)
    const canonical = `POST\n/\n\n${canonicalHeaders.join('')}\n${names}\n${digest}`
    const place = `${day}/${region}/${service}/aws4_request`
    const signature = hmac(key, `AWS4-HMAC-SHA256\n${date}\n${place}\n${hash('sha256', canonical)}`).toString('hex')
    return {
      'content-type': contentType,
      'x-amz-content-sha256': digest,
      'x-amz-date': date,
      'x-amz-target': target,
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${place}, SignedHeaders=${names}, Signature=${signature}`,
    }
  }
}

export const signedStore = (access: Access): Store => {
  const sign = signer(access)
  const agent = new Agent({ keepAliveTimeout: 20_000 })
  const call = async (operation: string, input: object) => {
    const body = JSON.stringify(input)
    const answer = await agent.request({
      origin: access.url,
      path: '/',
      method: 'POST',
      headers: sign(operation, body),
      body,
    })
    const text = await answer.body.text()
    if (answer.statusCode !== 200) throw new Error(`${operation} was answered with ${text}`)
    return JSON.parse(text)
  }
  return {
    list: (prefix, NextToken) =>
      call('ListSecrets', { Filters: [{ Key: 'name', Values: [prefix] }], MaxResults: 100, NextToken }),
    batch: (SecretIdList) => call('BatchGetSecretValue', { SecretIdList }),
    put: (SecretId, ClientRequestToken, SecretString) =>
      call('PutSecretValue', { SecretId, ClientRequestToken, SecretString }),
    tag: (SecretId, tags) =>
      call('TagResource', { SecretId, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }),
  }
}
