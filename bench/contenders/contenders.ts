// Who is measured. Modules of peers are loaded when they are asked for, for they may not be installed.

import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { UndiciHttpHandler } from '@smithy/undici-http-handler'
import * as v from 'valibot'
import { type Redeem, tickByHand } from './by-hand.ts'
import { tickOfOurs } from './ours.ts'
import { redeemByHand } from './redeem-by-hand.ts'
import { sdkStore } from './sdk-store.ts'
import { signedStore } from './signed-store.ts'

/** Each with the package that it needs and that this repository does not. */
const packages = {
  'undici by hand': undefined,
  'SDK + undici by hand': undefined,
  'token-refresher': undefined,
  'SDK + openid-client': 'openid-client',
  'SDK + simple-oauth2': 'simple-oauth2',
  'SDK + msal-node': '@azure/msal-node',
} as const

export type Contender = keyof typeof packages

export const contender = v.picklist([
  'undici by hand',
  'SDK + undici by hand',
  'token-refresher',
  'SDK + openid-client',
  'SDK + simple-oauth2',
  'SDK + msal-node',
] as const satisfies readonly Contender[])

export const isInstalled = (name: Contender): boolean => {
  const needed = packages[name]
  return needed === undefined || existsSync(new URL(`../node_modules/${needed}`, import.meta.url))
}

const region = 'eu-central-1'

/** @returns a tick that refreshes every connection there is */
export const tickOf = async (name: Contender, awsUrl: string): Promise<() => Promise<void>> => {
  const credentials = { accessKeyId: 'bench', secretAccessKey: randomUUID() }
  const access = { endpoint: awsUrl, region, credentials }
  if (name === 'token-refresher') return tickOfOurs(access)
  if (name === 'undici by hand') {
    return tickByHand(signedStore({ url: awsUrl, region, ...credentials }), redeemByHand())
  }
  const client = new SecretsManagerClient({ maxAttempts: 3, requestHandler: new UndiciHttpHandler(), ...access })
  return tickByHand(sdkStore(client), await redeemOf(name))
}

const redeemOf = async (name: Exclude<Contender, 'token-refresher' | 'undici by hand'>): Promise<Redeem> => {
  switch (name) {
    case 'SDK + undici by hand':
      return redeemByHand()
    case 'SDK + msal-node':
      return (await import('./msal.ts')).redeemWithMsal()
    case 'SDK + openid-client':
      return (await import('./openid-client.ts')).redeemWithOpenidClient()
    case 'SDK + simple-oauth2':
      return (await import('./simple-oauth2.ts')).redeemWithSimpleOauth2()
  }
}
