// Habits in a file: what can be said there, and what is answered to a file that says something else.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { followHabits, readHabits } from '../../../local/entra/habits/file.ts'
import { startWithUser } from './harness.ts'

test.each([
  { text: '{', message: 'it is not JSON' },
  { text: '{}', message: 'the file: ' },
  { text: '[{"habit":{"kind":"refuse"}}]', message: '0.habit.code: ' },
  { text: '[{"habit":{"kind":"sing"}}]', message: '0.habit.kind: ' },
  { text: '[{"habit":{"kind":"envelope","as":"zip"}}]', message: '0.habit.as: ' },
  { text: '[{"habit":{"kind":"throttle"},"times":-1}]', message: '0.times: ' },
  { text: '[{"habit":{"kind":"throttle"},"when":{"tenant":"a"}}]', message: '0.when.tenant: ' },
  { text: '[{"habit":{"kind":"throttle","after":1}}]', message: '0.habit.after: ' },
])('$text is refused by the place and the reason', ({ text, message }) => {
  expect(() => readHabits(text)).toThrow(message)
})

test('a file is followed: its habits stand in place of those before, and a broken file changes nothing', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'habits-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const file = join(directory, 'habits.json')
  const { entra, ask, passwordForm } = await startWithUser()
  const printed: string[] = []
  const told = async (line: number) => expect.poll(() => printed[line], { timeout: 5_000 }).toBeDefined()
  const refused = async () => (await ask(passwordForm())).body.error_codes

  writeFileSync(file, '[{"habit":{"kind":"refuse","code":53003},"times":"always"}]')
  onTestFinished(followHabits(file, entra.habits, (line) => printed.push(line)))
  expect([await refused(), await refused()]).toEqual([[53003], [53003]])

  writeFileSync(file, '[{"habit":{"kind":"refuse","code":50057},"when":{"tenantId":"contoso.example"}}] ')
  await told(1)
  expect([await refused(), await refused()]).toEqual([[50057], undefined])

  writeFileSync(file, 'nonsense')
  await told(2)
  expect(printed).toEqual([
    `habits: 1 in ${file}`,
    `habits: 1 in ${file}`,
    `habits: nothing changed, ${file} cannot be read: it is not JSON`,
  ])
  expect(await refused()).toBeUndefined()
})
