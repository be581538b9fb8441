// npm run build: dist/ with JavaScript and declarations of the construct and the command, and the functions bundled.

import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { bundle } from '../lib/functions/bundle.ts'
import { entries } from '../lib/functions/function-code.ts'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')

rmSync(dist, { recursive: true, force: true })
execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
})
for (const name of entries) bundle(`lambda/${name}.ts`, join(dist, 'functions', name))
