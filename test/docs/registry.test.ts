// No command in the documents or in a text of the program asks a registry for a name that this project does not own.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')

const below = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.([cm]?[jt]s|md|json|sh|py)$/.test(name) && !/node_modules|package-lock/.test(name))
    .map((name) => join(folder, name))

const files = [
  ...readdirSync(root).filter((name) => /\.md$|^package\.json$|^cdk\.json$/.test(name)),
  ...['bin', 'bench', 'cli', 'docs', 'examples', 'lambda', 'lib', 'local'].flatMap(below),
]

/** AWS owns both names, and both are packages of this project. */
const known: readonly string[] = ['cdk', 'aws-cdk']

/** What starts a program of this name, and fetches it where it is not there. */
const runners = [
  /\bnpx (?:--?\S+ )*(?<name>[\w@./-]+)/g,
  /\bnpm (?:exec|x) (?:--?\S+ )*(?<name>[\w@./-]+)/g,
  /\b(?:pnpm|yarn) (?:dlx|exec) (?<name>[\w@./-]+)/g,
  /\b(?:pnpx|bunx) (?<name>[\w@./-]+)/g,
  /\bnpm (?:install|i|add|link|create|init) (?:--?\S+ )*(?<name>[\w@./-]+)/g,
]

const namesIn = (text: string): readonly string[] =>
  runners.flatMap((runner) =>
    [...text.matchAll(runner)]
      // A command that never fetches; and prose, as in "`npm link` puts".
      .filter(([command]) => !/ --no(-install)? /.test(command))
      .map(({ groups }) => groups?.name ?? ''),
  )

/** A file is no name on a registry. */
const ours = (text: string): readonly string[] =>
  namesIn(text).filter((name) => !known.includes(name) && !name.startsWith('./'))

test('the documents and the sources are looked at', () => {
  expect(files).toEqual(
    expect.arrayContaining(['README.md', 'docs/runbook.md', 'cli/program.ts', 'cli/launcher.cjs', 'local/main.ts']),
  )
  expect(files.length).toBeGreaterThan(150)
})

describe('a line that asks a registry is found:', () => {
  test.each([
    'npx token-refresher status',
    'npx --yes token-refresher',
    'npx -y token-refresher@latest status',
    'npm exec -- token-refresher status',
    'npm exec token-refresher',
    'npm x token-refresher',
    'npm install --global token-refresher',
    'npm link token-refresher',
    'pnpm dlx token-refresher',
    'bunx token-refresher',
  ])('%s', (line) => {
    expect(ours(line)).not.toEqual([])
  })

  test.each([
    'npm exec --no -- token-refresher status',
    'npx cdk deploy',
    '`npm link` puts it on the path',
    'npm link\n',
  ])('and %j is none', (line) => {
    expect(ours(line)).toEqual([])
  })
})

test.each(files)('%s', (file) => {
  expect(ours(readFileSync(join(root, file), 'utf8'))).toEqual([])
})

test('every call of the command in a document begins with its name', () => {
  const documents = files.filter((file) => file.endsWith('.md'))
  const calls = documents.flatMap((file) =>
    [
      ...readFileSync(join(root, file), 'utf8').matchAll(
        /^ *(?:\w+="\$\()?(.*)\btoken-refresher (?:bootstrap|status|doctor|pause|resume|refresh|remove|client|token) /gm,
      ),
    ].map(([, before = '']) => before),
  )
  expect(calls.length).toBeGreaterThan(10)
  expect(calls.filter((before) => /npx|npm|node/.test(before))).toEqual([])
})
