// Every document: the files, headings, paths and npm scripts that it refers to are there.

import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { anchorOf, documents, headingsOf, linksOf, proseOf, quoted, root, textOf } from './markdown.ts'

test('the documents are looked at', () => {
  expect(documents).toEqual(
    expect.arrayContaining(['README.md', 'ARCHITECTURE.md', 'docs/runbook.md', 'docs/decisions/README.md']),
  )
})

describe('what a document refers to is there:', () => {
  const scriptsOf = (path: string): readonly string[] =>
    [...textOf(path).matchAll(/\bnpm (?:run )?(start|test|(?<=run )[\w:-]+)/g)].map(([, name = '']) => name)

  test.each([...new Set(documents.flatMap(scriptsOf))])('npm script %s', (name) => {
    expect(Object.keys(manifest.scripts)).toContain(name)
  })

  /** Written as a path that begins with a folder of the project, without a wildcard. */
  const paths = documents.flatMap((document) =>
    [...new Set(quoted(proseOf(document)))]
      .filter((text) => /^(bin|lib|lambda|cli|local|test|bench|examples|docs)\/[\w./-]*(#\.*)?$/.test(text))
      .map((path) => ({ document, path: path.split('#')[0] ?? '' })),
  )

  test.each(paths)('$path, for $document', ({ path }) => {
    expect(existsSync(join(root, path))).toBe(true)
  })

  const links = documents.flatMap((document) => linksOf(document).map((target) => ({ document, target })))

  test.each(links)('$target, for $document', ({ document, target }) => {
    const [path = '', anchor] = target.split('#')
    const file = path === '' ? document : join(dirname(document), path)
    expect(existsSync(join(root, file))).toBe(true)
    if (anchor !== undefined) expect(headingsOf(file).map(anchorOf)).toContain(anchor)
  })
})
