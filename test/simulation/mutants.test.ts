// The mutants still fit the code that they break, and there are at least two for every rule.

import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { apply, mutants, titleOf } from './mutants.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

it.each(mutants())('%s applies', (name) => {
  expect(() => apply(name, root, ['--dry-run', '--force', '--fuzz=0'])).not.toThrow()
})

it('every rule has at least two', () => {
  const rules = mutants().map((name) => titleOf(name).split(':')[0])
  for (let rule = 1; rule <= 9; rule++) {
    expect(rules.filter((one) => one === `I${rule}`).length, `I${rule}`).toBeGreaterThanOrEqual(2)
  }
})
