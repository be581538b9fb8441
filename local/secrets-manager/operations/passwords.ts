// GetRandomPassword.

import type { Operation } from '../call.ts'
import { randomPassword } from '../random-password.ts'

export const getRandomPassword: Operation = (call) => {
  const { input } = call
  const rules = {
    length: input.integer('PasswordLength', { minimum: 1, maximum: 4096 }) ?? 32,
    exclude: input.string('ExcludeCharacters', { maximum: 4096 }) ?? '',
    excludeLowercase: input.boolean('ExcludeLowercase'),
    excludeUppercase: input.boolean('ExcludeUppercase'),
    excludeNumbers: input.boolean('ExcludeNumbers'),
    excludePunctuation: input.boolean('ExcludePunctuation'),
    includeSpace: input.boolean('IncludeSpace'),
    requireEachType: input.has('RequireEachIncludedType') ? input.boolean('RequireEachIncludedType') : true,
  }
  call.authorize('secretsmanager:GetRandomPassword', '*')
  return { RandomPassword: randomPassword(rules, call.account.random) }
}
