// Habits of the provider that last for a while, each begun for one connection.

import type { Habit } from '../../../local/entra/habits/habit.ts'
import type { LastingHabit } from '../search/habits.ts'
import type { Doing } from './deeds.ts'

const hour = 3_600_000

/** What an administrator of one tenant can cause, as Entra says it and as others do. */
const ofTenants: readonly [Habit, ...Habit[]] = [
  { kind: 'refuse', code: 7000112 },
  { kind: 'refuse', code: 700016 },
  { kind: 'refuse', code: 500014 },
  { kind: 'refuse', code: 65001 },
  { kind: 'refuse', code: 50105 },
]

const unknownWords: readonly [Habit, ...Habit[]] = [
  { kind: 'say', as: 'github: bad_refresh_token' },
  { kind: 'say', as: 'slack: invalid_refresh_token' },
  { kind: 'say', as: 'hubspot: BAD_REFRESH_TOKEN' },
  { kind: 'say', as: 'google: error as an object' },
  { kind: 'say', as: 'atlassian: unauthorized_client' },
  { kind: 'say', as: 'an empty 401' },
  { kind: 'say', as: 'not found' },
  { kind: 'answer', status: 400, body: '{"error":"computer_says_no"}' },
]

const waits: readonly [Habit, ...Habit[]] = [
  { kind: 'refuse', code: 53003, retryAfterSeconds: 1800 },
  { kind: 'refuse', code: 50196, retryAfterSeconds: 600 },
]

/** @param who a connection or a tenant */
const during = ({ world, chance, key }: Doing, who: string, habit: Habit): void => {
  const { engine, provider } = world
  provider.refuse(who, habit)
  engine.at(engine.now() + chance.draw.between(`lasts ${key}`, 0.2, 30) * hour, () => provider.refuse(who, undefined))
}

export const habits: Readonly<Record<LastingHabit, (doing: Doing) => void>> = {
  'a tenant refuses': (doing) =>
    during(doing, doing.world.provider.tenantOf(doing.connection), doing.chance.draw.one(doing.key, ofTenants)),

  'a tenant throttles': (doing) =>
    during(doing, doing.world.provider.tenantOf(doing.connection), {
      kind: 'throttle',
      retryAfterSeconds: doing.chance.draw.one(doing.key, [1, 60, 1800]),
    }),

  'an unknown word for a while': (doing) =>
    during(doing, doing.connection, doing.chance.draw.one(doing.key, unknownWords)),

  'a refusal that asks to wait': (doing) => during(doing, doing.connection, doing.chance.draw.one(doing.key, waits)),
}
