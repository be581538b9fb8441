// Ports that refuse every call: a test puts in what it expects to be used, and nothing else can happen unseen.

import { defaultPrefix, defaultRunbookUrl, defaultTiming, defaultTokenEndpointHosts } from '../../lambda/contract.ts'
import type { Dependencies, SecretStore } from '../../lambda/ports.ts'

const refuse = (call: string) => (): never => {
  throw new Error(`${call} is not expected here`)
}

export const refusingStore: SecretStore = {
  list: refuse('list'),
  readTogether: refuse('readTogether'),
  read: refuse('read'),
  describe: refuse('describe'),
  create: refuse('create'),
  put: refuse('put'),
  tag: refuse('tag'),
  restore: refuse('restore'),
  erase: refuse('erase'),
}

export const refusingDependencies = (change: Partial<Dependencies> = {}): Dependencies => ({
  clock: { now: refuse('now'), wait: refuse('wait') },
  random: { fraction: refuse('fraction'), uuid: refuse('uuid') },
  store: refusingStore,
  tokenEndpoint: { redeem: refuse('redeem') },
  telemetry: {
    tokenRequest: refuse('tokenRequest'),
    announced: refuse('announced'),
    outcome: refuse('outcome'),
    renewal: refuse('renewal'),
    bootstrapped: refuse('bootstrapped'),
    storeFailed: refuse('storeFailed'),
    defect: refuse('defect'),
    tick: refuse('tick'),
  },
  events: { announce: refuse('announce') },
  settings: {
    prefix: defaultPrefix,
    timing: defaultTiming,
    privateKeyArn: undefined,
    publishedKeyArn: undefined,
    replicaRegions: [],
    runbookUrl: defaultRunbookUrl,
    tokenEndpointHosts: defaultTokenEndpointHosts,
    allowLoopbackHttp: false,
  },
  ...change,
})
