// The decisions: each is a file with its date, context and choice, and the index lists every one once.

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { headingsOf, linksOf, root, textOf } from './markdown.ts'

const folder = 'docs/decisions'
const files = readdirSync(join(root, folder)).filter((name) => name !== 'README.md')
/** A table, with a line for each package. */
const decisions = files.filter((name) => name !== 'dependencies.md')

describe('the decisions', () => {
  it('are all in the index, under their titles', () => {
    expect(linksOf(`${folder}/README.md`).toSorted()).toEqual(files.toSorted())
    for (const name of decisions) {
      const [title = ''] = headingsOf(`${folder}/${name}`)
      expect(textOf(`${folder}/README.md`)).toContain(`- [${title}](${name})\n`)
    }
  })

  it.each(decisions)('have a date, a context and a choice: %s', (name) => {
    const text = textOf(`${folder}/${name}`)
    expect(text).toMatch(/^Date: 20\d\d-\d\d-\d\d$/m)
    const parts = ['**Context.** ', '**Choice.** '].map((part) => text.indexOf(`\n${part}`))
    expect(parts.every((position) => position > 0)).toBe(true)
    expect(parts).toEqual(parts.toSorted((a, b) => a - b))
  })
})
