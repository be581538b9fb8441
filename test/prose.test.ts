// What the list of words in prose.yml finds, and what it leaves alone. Each rule there has its own example, checked as it is read.

import { join } from 'node:path'
import { fromYAMLFilePath } from 'prh'
import { describe, expect, it } from 'vitest'

const engine = fromYAMLFilePath(join(import.meta.dirname, '../prose.yml'))

const found = (file: string, text: string): readonly string[] =>
  engine.makeChangeSet(file, text).diffs.map(({ matches }) => String(matches[0]))

/** In two pieces, so that this file itself is not found. */
const word = `who${'ever'}`

describe('the list of words', () => {
  it('has an example for every rule', () => {
    expect(engine.rules.filter(({ specs }) => specs.length === 0)).toEqual([])
  })

  it.each([
    ['a paragraph', 'page.md', `The operator, or ${word} runs it.`],
    ['a heading', 'page.md', `# For ${word} reads this`],
    ['a comment', 'file.ts', `// For ${word} calls it.`],
    ['a text', 'file.ts', `throw new Error('${word} stored it')`],
    ['a quoted text of a program', 'file.ts', `say("${word}")`],
    ['a name', 'file.ts', `const ${word} = 1`],
  ])('finds a word in %s', (_, file, text) => {
    expect(found(file, text)).toEqual([word])
  })

  it.each([
    ['code', `The tag \`${word}\` is on the wire.`],
    ['a block of code', `Run:\n\n\`\`\`\n${word}\n\`\`\`\n`],
    ['a quotation', `It said "${word} comes first" before.`],
    ['a quoted paragraph', `Before:\n\n> For ${word} calls it.\n`],
  ])('leaves %s alone in a document', (_, text) => {
    expect(found('CHANGELOG.md', text)).toEqual([])
  })

  it('finds a word beside code and quotations', () => {
    expect(found('page.md', `The tag \`a\`, or "b", is for ${word} reads \`c\`.`)).toEqual([word])
  })

  it('leaves longer words alone', () => {
    expect(found('file.ts', '// the gateway, insight, planes, storyteller, this, there')).toEqual([])
  })
})
