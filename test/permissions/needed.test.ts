// The permissions are needed: without any one of them, some part of the main job is refused.

import { describe, expect, test } from 'vitest'
import { replicated, withPublishedKey } from './deployment.ts'
import type { Part } from './part.ts'
import { parts } from './parts.ts'
import { allRows, exceptions, isException, nameOf, type Row, roles, rowsOf } from './rows.ts'
import { startWorld } from './world.ts'

/** The parts that use each permission, by its name. A part that fails here is what enough.test.ts is about. */
const uses = new Map<string, readonly Part[]>()
for (const deployment of [withPublishedKey, replicated]) {
  for (const part of parts) {
    const world = await startWorld(deployment)
    await part.run(world).catch(() => {})
    for (const name of world.guard.used) uses.set(name, [...(uses.get(name) ?? []), part])
    await world.close()
  }
}

/** Copies are not made of secrets with a key that is in one Region. */
const ofCopies = ({ on }: Row): boolean => on === 'replicas'

/** With the first, and so plainest, part that uses it. */
const proofs = allRows
  .filter((row) => !isException(row))
  .map((row) => [nameOf(row), uses.get(nameOf(row))?.[0]?.name, row] as const)

describe('without', () => {
  test.each(proofs)('%s, %s is refused', async (permission, _, row) => {
    const part = uses.get(permission)?.[0]
    if (part === undefined) throw new Error(`no part of the job uses ${permission}: is it needed?`)
    const world = await startWorld(ofCopies(row) ? replicated : withPublishedKey, row)
    await expect(part.run(world)).rejects.toThrow()
    expect([...world.guard.refused]).toEqual([permission])
    await world.close()
  })
})

describe('the exceptions', () => {
  test.each(exceptions)('$action is one of the permissions and used by no part', ({ action }) => {
    const rows = allRows.filter((row) => row.action === action)
    expect(rows).not.toEqual([])
    expect(rows.filter((row) => uses.has(nameOf(row)))).toEqual([])
  })
})

/** The targets that are there only in a VPC. */
const inVpc = ({ on }: Row): boolean => on === 'network'

/** The targets that are there only with a key for the published secrets. */
const ofPublishedKey = ({ on }: Row): boolean => on === 'publishedKey'

test.each(
  roles.flatMap((role) => [
    [role, 'a key for published secrets', withPublishedKey, ofCopies] as const,
    [role, 'copies', replicated, ofPublishedKey] as const,
  ]),
)('the role of %s, with %s, is deployed with its permissions and no others', (role, _, deployment, isLeftOut) => {
  const expected = allRows.filter((row) => row.role === role && !inVpc(row) && !isLeftOut(row))
  const deployed = rowsOf(role, deployment.functions[role].statements)
  expect(deployed.map(nameOf).toSorted()).toEqual(expected.map(nameOf).toSorted())
})
