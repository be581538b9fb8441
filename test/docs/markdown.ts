// Reads the documents: their blocks, tables, headings and links.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '../..')

export const textOf = (path: string): string => readFileSync(join(root, path), 'utf8')

const markdownBelow = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
    .map((name) => join(folder, name))

/** Every document of the project. */
export const documents: readonly string[] = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...['docs', 'examples', 'bench'].flatMap(markdownBelow),
].toSorted()

export interface Block {
  readonly path: string
  readonly language: string
  readonly text: string
}

const marker = (test: string): string => `<!-- run by test/docs/${test}.test.ts -->`

/** The blocks of a document that say which test runs them. In a list they are indented. */
export const blocksRunBy = (test: string, path: string): readonly Block[] => {
  const [before = '', ...marked] = textOf(path).split(marker(test))
  let text = before
  return marked.map((rest) => {
    const indent = ' '.repeat(text.length - text.lastIndexOf('\n') - 1)
    text += rest
    const [, language = '', body = ''] = /^\n *```(\w+)\n([\s\S]*?)\n *```/.exec(rest) ?? []
    return { path, language, text: `\n${body}`.replaceAll(`\n${indent}`, '\n').trim() }
  })
}

/** In all documents. */
export const allBlocksRunBy = (test: string): readonly Block[] => documents.flatMap((path) => blocksRunBy(test, path))

/** The only one of a language that begins in this way. */
export const block = (blocks: readonly Block[], language: string, beginning: string): string => {
  const found = blocks.filter((one) => one.language === language && one.text.startsWith(beginning))
  const [only] = found
  if (only === undefined || found.length > 1) throw new Error(`${found.length} blocks begin with ${beginning}`)
  return only.text
}

export type Row = readonly string[]

/** The rows of the table whose first heading is this, each as its cells; undefined when there is no such table. */
export const findTable = (path: string, heading: string): readonly Row[] | undefined => {
  const [, rows] = textOf(path).split(`\n| ${heading} |`)
  if (rows === undefined) return undefined
  const lines = rows.split('\n').slice(2)
  const end = lines.findIndex((line) => !line.startsWith('|'))
  return lines.slice(0, end).map((line) => line.split('|').slice(1, -1).map(trimmed))
}

export const table = (path: string, heading: string): readonly Row[] => {
  const rows = findTable(path, heading)
  if (rows === undefined) throw new Error(`no table of ${path} begins with ${heading}`)
  return rows
}

export const trimmed = (text: string): string => text.trim()
export const unquoted = (cell = ''): string => cell.replaceAll('`', '')
export const quoted = (cell = ''): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)

/** Without its blocks of code. */
export const proseOf = (path: string): string => textOf(path).replaceAll(/```[\s\S]*?```/g, '')

export const headingsOf = (path: string): readonly string[] =>
  [...proseOf(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading)

/** As GitHub makes it of a heading. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')

/** What a document links in this repository. */
export const linksOf = (path: string): readonly string[] => [
  ...new Set([...proseOf(path).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, target = '']) => target)),
]
