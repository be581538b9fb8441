// The command on the path, as `npm link` puts it there.

import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import manifest from '../../../package.json' with { type: 'json' }

/** @returns a path for commands, which finds `token-refresher` first. Removed when the tests of the file are over */
export const linkedPath = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'token-refresher-linked-'))
  afterAll(() => rmSync(directory, { recursive: true, force: true }))
  symlinkSync(
    join(import.meta.dirname, '../../..', manifest.bin['token-refresher']),
    join(directory, 'token-refresher'),
  )
  return `${directory}:${process.env.PATH}`
}
