// The functions that are measured: the deployed one as it is synthesized, and others bundled in the same way.

import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundle } from '../../lib/functions/bundle.ts'
import type { BareFunctionOptions } from '../../local/functions/bare-function.ts'
import { processOf, synthesize } from '../../local/functions/synthesized.ts'
import { isInstalled } from '../contenders/contenders.ts'

export interface Functions {
  readonly deployed: BareFunctionOptions
  readonly empty: BareFunctionOptions
  readonly sdkAlone: BareFunctionOptions
  /** Undefined when MSAL is not installed. */
  readonly msal: BareFunctionOptions | undefined
  remove(): void
}

export const makeFunctions = (awsUrl: string): Functions => {
  const root = mkdtempSync(join(tmpdir(), 'token-refresher-bench-'))
  const surroundings = {
    endpoint: awsUrl,
    region: 'eu-central-1',
    accessKeyId: 'bench',
    secretAccessKey: randomUUID(),
  }
  const { refresh } = synthesize(join(root, 'cdk.out')).functions
  const deployed = processOf(refresh, surroundings)
  const bundled = (name: string): BareFunctionOptions => {
    bundle(`bench/bundles/${name}.ts`, join(root, name))
    return { ...deployed, asset: join(root, name) }
  }
  const empty = { ...deployed, asset: join(root, 'empty'), environment: {} }
  mkdirSync(empty.asset)
  writeFileSync(join(empty.asset, 'index.js'), 'exports.handler = async () => ({})\n')
  return {
    deployed,
    empty,
    sdkAlone: bundled('sdk-alone'),
    msal: isInstalled('SDK + msal-node') ? bundled('msal') : undefined,
    remove: () => rmSync(root, { recursive: true }),
  }
}
