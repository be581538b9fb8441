// GetWebIdentityToken through the AWS SDK, under a policy that allows one audience, one algorithm and 300 seconds at most.

import { randomUUID } from 'node:crypto'
import { GetWebIdentityTokenCommand, STSClient } from '@aws-sdk/client-sts'
import { expect, onTestFinished, test } from 'vitest'
import { ManualClock } from '../../../local/clock.ts'
import { authorizer } from '../../../local/iam/authorizer.ts'
import { readStatements } from '../../../local/iam/statement.ts'
import { LoopbackServer } from '../../../local/loopback-server.ts'
import { WebIdentityIssuer } from '../../../local/web-identity/issuer.ts'
import { answerWebIdentity } from '../../../local/web-identity/sts.ts'

const roleArn = 'arn:aws:iam::111122223333:role/token-refresher-refresh-eu-central-1'
const audience = 'api://AzureADTokenExchange'

const statements = readStatements({
  Statement: [
    {
      Effect: 'Allow',
      Action: 'sts:GetWebIdentityToken',
      Resource: '*',
      Condition: {
        'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': audience },
        Null: { 'sts:IdentityTokenAudience': 'false' },
        StringEquals: { 'sts:SigningAlgorithm': 'RS256' },
        NumericLessThanEquals: { 'sts:DurationSeconds': '300' },
      },
    },
  ],
})

const start = async () => {
  const account = new WebIdentityIssuer(new ManualClock(new Date('2026-01-01T00:00:00Z')))
  account.enabled = true
  const accessKeyId = 'refresh'
  const authorize = authorizer({
    principals: new Map([[accessKeyId, { roleArn, statements }]]),
    keyPolicies: new Map(),
  })
  const service = { account, authorize, roleArnOf: () => roleArn }
  const notFound = { status: 404, headers: {}, body: '' }
  const server = await LoopbackServer.start({ handle: (request) => answerWebIdentity(service, request) ?? notFound })
  onTestFinished(() => server.close())
  const credentials = { accessKeyId, secretAccessKey: randomUUID() }
  const sts = new STSClient({ endpoint: server.url, region: 'eu-central-1', credentials, maxAttempts: 1 })
  const ask = (changes: Partial<GetWebIdentityTokenCommand['input']> = {}) =>
    sts.send(
      new GetWebIdentityTokenCommand({
        Audience: [audience],
        SigningAlgorithm: 'RS256',
        DurationSeconds: 300,
        ...changes,
      }),
    )
  return { account, ask }
}

test('the role gets a token that names it and lasts five minutes', async () => {
  const { ask } = await start()
  const { WebIdentityToken = '', Expiration } = await ask()
  const claims = JSON.parse(Buffer.from(WebIdentityToken.split('.')[1] ?? '', 'base64url').toString('utf8'))
  expect([claims.sub, claims.aud, Expiration]).toEqual([roleArn, audience, new Date('2026-01-01T00:05:00Z')])
})

test.each([
  ['another audience', { Audience: ['sts.example.com'] }],
  ['another audience beside the right one', { Audience: [audience, 'sts.example.com'] }],
  ['no audience', { Audience: [] }],
  ['another algorithm', { SigningAlgorithm: 'ES384' }],
  ['a longer life', { DurationSeconds: 301 }],
  ['a life that is not named', { DurationSeconds: undefined }],
])('the policy refuses %s', async (_, changes) => {
  const { ask } = await start()
  await expect(ask(changes)).rejects.toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } })
})

test('an account whose switch is off refuses everyone', async () => {
  const { ask, account } = await start()
  account.enabled = false
  const name = 'OutboundWebIdentityFederationDisabledException'
  await expect(ask()).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 403 } })
})
