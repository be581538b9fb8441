// ARCHITECTURE.md has every folder of the product on its map, and every invariant. That its paths are there: links.test.ts.

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ruleNames } from '../simulation/watchers/watcher.ts'
import { quoted, root, table, textOf } from './markdown.ts'

const page = 'ARCHITECTURE.md'
const map = table(page, 'folder').flatMap(([folder]) => quoted(folder))

/** Folders below one of the product's, and itself. */
const folders = (top: string): readonly string[] => [
  `${top}/`,
  ...readdirSync(join(root, top), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${join(entry.parentPath, entry.name).slice(root.length + 1)}/`),
]

describe('the architecture page', () => {
  it('is at most 200 lines long', () => {
    expect(textOf(page).split('\n').length - 1).toBeLessThanOrEqual(200)
  })

  it.each([...['bin', 'lib', 'lambda'].flatMap(folders), 'cli/', 'local/', 'test/', 'bench/', 'examples/'])(
    'has a place on the map for %s',
    (folder) => {
      expect(map).toContain(folder)
    },
  )

  it.each(folders('cli'))('has a place on the map for %s', (folder) => {
    expect(map).toContain(folder)
  })

  it('says each invariant that the simulation watches', () => {
    for (const rule of ruleNames) expect(textOf(page)).toContain(`- **${rule}** `)
  })
})
