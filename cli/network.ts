// Proxies and certificates that the environment names, as the AWS CLI uses them.

import { readFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { createRequire } from 'node:module'
import { wrongUsage } from './exit.ts'

/** An import of node:http asks for each of its exports, one of which loads all of `fetch`: a tenth of a short command's time. */
const require = createRequire(import.meta.url)

const proxies = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'] as const

/**
 * `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` for every call, and the certificates of `AWS_CA_BUNDLE` beside Node.js's own.
 *
 * @throws CommandError when the file of `AWS_CA_BUNDLE` cannot be read or holds no certificate
 */
export const followEnvironment = (environment: NodeJS.ProcessEnv): void => {
  const proxy = proxies.find((name) => environment[name])
  if (proxy !== undefined) {
    const http: typeof import('node:http') = require('node:http')
    if (!('setGlobalProxyFromEnv' in http)) throw tooOld(proxy, '24.14')
    http.setGlobalProxyFromEnv(environment)
  }
  const bundle = environment.AWS_CA_BUNDLE
  if (!bundle) return
  const tls: typeof import('node:tls') = require('node:tls')
  if (!('setDefaultCACertificates' in tls)) throw tooOld('AWS_CA_BUNDLE', '22.19 or 24.5')
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), certificatesIn(bundle)])
}

/** An error, because without it calls would bypass the proxy unnoticed. */
const tooOld = (variable: string, version: string) =>
  wrongUsage(
    `${variable} is set, but it needs Node.js ${version} or later: this is ${process.version}`,
    `Use a later Node.js, or unset ${variable}.`,
  )

const certificatesIn = (file: string): string => {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    throw wrongUsage(`AWS_CA_BUNDLE names a file that cannot be read: ${file}`, 'Correct it, or unset it.')
  }
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text
  throw wrongUsage(
    `AWS_CA_BUNDLE names a file without a certificate: ${file}`,
    'It must be PEM. Correct it, or unset it.',
  )
}

/** For clients with their own agent, to which the global setting does not apply. */
export const proxiedAgent = (): Agent => new Agent({ keepAlive: true, maxSockets: 50, proxyEnv: process.env })
