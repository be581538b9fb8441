// Configuration of the functions: read from the environment once per container, all problems in one message.

import {
  defaultPrefix,
  defaultRunbookUrl,
  defaultTiming,
  defaultTokenEndpointHosts,
  environment,
  parseTokenEndpointHosts,
} from '../contract.ts'
import type { Settings } from '../ports.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** @throws Error that names every variable that is wrong, what was given and what is allowed */
export const readSettings = (variables: Environment): Settings => {
  const problems: string[] = []
  const positive = (name: string, byDefault: number): number => {
    const text = variables[name]
    if (text === undefined) return byDefault
    const number = Number(text)
    if (!(number > 0 && Number.isFinite(number))) problems.push(`${name} is "${text}" and must be a number above 0`)
    return number
  }
  const prefix = variables[environment.prefix] ?? defaultPrefix
  if (!/^[A-Za-z0-9][A-Za-z0-9-]*$/.test(prefix)) {
    problems.push(`${environment.prefix} is "${prefix}" and must be letters, digits and hyphens`)
  }
  const hostsText = variables[environment.tokenEndpointHosts]
  const hosts = hostsText === undefined ? defaultTokenEndpointHosts : parseTokenEndpointHosts(hostsText)
  if (hosts === undefined) {
    problems.push(`${environment.tokenEndpointHosts} is "${hostsText}" and must be host names separated by commas`)
  }
  const settings: Settings = {
    prefix,
    timing: {
      everyMinutes: positive(environment.everyMinutes, defaultTiming.everyMinutes),
      minimumValidityMinutes: positive(environment.minimumValidityMinutes, defaultTiming.minimumValidityMinutes),
      keepAliveDays: positive(environment.keepAliveDays, defaultTiming.keepAliveDays),
    },
    privateKeyArn: variables[environment.privateKeyArn] || undefined,
    publishedKeyArn: variables[environment.publishedKeyArn] || undefined,
    replicaRegions: variables[environment.replicaRegions]?.split(',') ?? [],
    runbookUrl: variables[environment.runbookUrl] || defaultRunbookUrl,
    signInUrl: variables[environment.signInUrl] || undefined,
    tokenEndpointHosts: hosts ?? [],
    allowLoopbackHttp: variables[environment.allowLoopbackHttp] === '1',
  }
  if (problems.length > 0) throw new Error(`The function's environment is not valid: ${problems.join('; ')}`)
  return settings
}

/** ARN of the HMAC key for links to sign in; undefined: the deployment makes none. */
export const signInKeyOf = (variables: Environment): string | undefined =>
  variables[environment.signInKeyArn] || undefined
