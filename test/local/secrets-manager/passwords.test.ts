// GetRandomPassword.

import { expect, test } from 'vitest'
import { refusal, setUp } from './setup.ts'

const types = { lower: /[a-z]/, upper: /[A-Z]/, number: /[0-9]/, punctuation: /[!-/:-@[-`{-~]/, space: / / }

const password = async (request: object): Promise<string> => {
  const { aws } = await setUp()
  return (await aws.getRandomPassword(request)).RandomPassword ?? ''
}

test('a password has 32 characters by default, with each type and without a space', async () => {
  const text = await password({})
  expect(text).toHaveLength(32)
  for (const type of ['lower', 'upper', 'number', 'punctuation'] as const) expect(text).toMatch(types[type])
  expect(text).not.toMatch(types.space)
})

test.each([
  [{ ExcludeLowercase: true }, types.lower],
  [{ ExcludeUppercase: true }, types.upper],
  [{ ExcludeNumbers: true }, types.number],
  [{ ExcludePunctuation: true }, types.punctuation],
  [{ ExcludeCharacters: 'xyzDje@?!.]^-\\' }, /[xyzDje@?!.\]^\\-]/],
])('%j leaves them out', async (request, excluded) => {
  const text = await password({ ...request, PasswordLength: 500 })
  expect(text).toHaveLength(500)
  expect(text).not.toMatch(excluded)
})

test('a space is included when asked for', async () => {
  expect(await password({ IncludeSpace: true, PasswordLength: 5 })).toMatch(types.space)
})

test.each([
  [{ PasswordLength: 4 }, /^not refused$/],
  [{ PasswordLength: 4096 }, /^not refused$/],
  [{ PasswordLength: 1, RequireEachIncludedType: false }, /^not refused$/],
  [{ PasswordLength: 3, ExcludeNumbers: true }, /^not refused$/],
  [{ PasswordLength: 3 }, /^InvalidParameterException: Password length is too short based on the required types\.$/],
  [{ PasswordLength: 0 }, /^ValidationException: .* 'passwordLength' .* greater than or equal to 1$/],
  [{ PasswordLength: 4097 }, /^ValidationException: .* 'passwordLength' .* less than or equal to 4096$/],
  [
    { ExcludeLowercase: true, ExcludeUppercase: true, ExcludeNumbers: true, ExcludePunctuation: true },
    /^InvalidParameterException: /,
  ],
])('%j: %s', async (request, expected) => {
  const { aws } = await setUp()
  expect(await refusal(aws.getRandomPassword(request))).toMatch(expected)
})

test('the randomness can be given, and then repeats', async () => {
  const counter = () => {
    let number = 0
    return () => {
      number = (number + 7) % 100
      return number / 100
    }
  }
  const [one, other] = [await setUp({ random: counter() }), await setUp({ random: counter() })]
  const passwords = await Promise.all([one, other].map(({ aws }) => aws.getRandomPassword({})))
  expect(passwords[0]?.RandomPassword).toBe(passwords[1]?.RandomPassword)
})
