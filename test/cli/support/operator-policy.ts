// The policy that docs/security.md gives an operator, for the place and the private key of the embedded stack.

import { readFileSync } from 'node:fs'
import { plain } from '../../permissions/deployment.ts'

const security = readFileSync(new URL('../../../docs/security.md', import.meta.url), 'utf8')
const [, block = ''] = /<!-- run by test\/docs\/security\.test\.ts -->\n```json\n([\s\S]*?)\n```/.exec(security) ?? []
const [privateKey = ''] = plain.functions.refresh.keyAliases.values()

export const operatorPolicy = JSON.parse(
  block
    .replaceAll('<region>', 'eu-central-1')
    .replaceAll('<account>', '123456789012')
    .replaceAll('<PrivateKey>', privateKey),
)
