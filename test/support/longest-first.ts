// The order of test files: those that take longest start first, so that no worker is left alone with one at the end.

import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Parts of paths, the longest first. */
const long = [
  'simulation/exhaustive',
  'local/demo/demo',
  'cli/refresh',
  'simulation/random',
  'cli/bootstrap.test',
  'failures/many',
  'failures/whose-fault',
  'docs/security',
  'failures/refused-with-retry-after',
  'failures/every-row',
  'bench/bench',
  'cli/operate',
  'lambda/scale',
  'cli/completion',
]

const rank = ({ moduleId }: TestSpecification): number => {
  const at = long.findIndex((part) => moduleId.includes(part))
  return at === -1 ? long.length : at
}

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return [...(await super.sort(files))].sort((a, b) => rank(a) - rank(b))
  }
}
