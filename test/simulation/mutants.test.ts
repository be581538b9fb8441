// The mutants still fit the code that they break, and there are at least two for every rule.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { mutants, mutated, testsOf, titleOf } from './mutants.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

it.each(mutants())('%s applies', (name) => {
  expect(mutated(name, root).size).toBeGreaterThan(0)
})

it.each(mutants())('%s names tests that there are', (name) => {
  for (const file of testsOf(name)) expect(existsSync(join(root, file)), file).toBe(true)
})

it('every rule has at least two', () => {
  const rules = mutants().map((name) => titleOf(name).split(':')[0])
  for (const rule of [1, 2, 3, 4, 5, 6, 7, 8, 9, 11]) {
    expect(rules.filter((one) => one === `I${rule}`).length, `I${rule}`).toBeGreaterThanOrEqual(2)
  }
})
