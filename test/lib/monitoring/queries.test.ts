// The questions about the log that are saved.
import { expect, test } from 'vitest'
import { templateWith } from '../support.ts'

const saved = Object.values(templateWith().findResources('AWS::Logs::QueryDefinition')).map(
  ({ Properties }) => Properties,
)

test('three questions are saved under the prefix, over the logs of both functions', () => {
  expect(saved.map(({ Name }) => Name).toSorted()).toEqual([
    'token-refresher/Failures by class',
    'token-refresher/History of one connection',
    'token-refresher/Slowest token endpoints',
  ])
  for (const { LogGroupNames } of saved) expect(LogGroupNames).toHaveLength(2)
})

test.each([
  ['History of one connection', 'filter connection = "sales-mailbox"'],
  ['Failures by class', 'by class, code'],
  ['Slowest token endpoints', 'by tokenEndpointHost'],
])('"%s" asks %s', (name, part) => {
  expect(saved.find(({ Name }) => Name.endsWith(name))?.QueryString).toContain(part)
})
