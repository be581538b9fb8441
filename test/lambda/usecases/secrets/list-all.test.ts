// Listing page after page where pages fail: what is asked for again, and what becomes of the pages before.

import { describe, expect, it } from 'vitest'
import { storeErrors } from '../../../../lambda/adapters/store-errors.ts'
import type { ListedPage, SecretStore } from '../../../../lambda/ports.ts'
import { listAll } from '../../../../lambda/usecases/secrets/list-all.ts'
import { ManualClock } from '../../../../local/clock.ts'

const entry = (name: string) => ({ room: 'grants', name, arn: name, currentVersionId: undefined, tags: {} }) as const

/** @param answers of each page one after another: an error's name, or `''` for the page itself */
const listing = async (answers: Readonly<Record<string, readonly string[]>>) => {
  const clock = new ManualClock(0)
  const asked: string[] = []
  const pages = Object.keys(answers)
  const list: SecretStore['list'] = async (_, from = pages[0] ?? '') => {
    const tries = asked.filter((one) => one === from).length
    asked.push(from)
    const error = answers[from]?.[tries] ?? ''
    if (error !== '') throw storeErrors(error)
    const page: ListedPage = { entries: [entry(from)], next: pages[pages.indexOf(from) + 1] }
    return page
  }
  const unused = () => Promise.reject(new Error('this call is not expected'))
  const store: SecretStore = {
    list,
    readTogether: unused,
    read: unused,
    describe: unused,
    create: unused,
    put: unused,
    tag: unused,
    restore: unused,
    erase: unused,
  }
  const names: string[] = []
  const listed = (async () => {
    for await (const { name } of listAll({ store, clock }, 'grants')) names.push(name)
  })()
  const ended = await listed.then(
    () => 'listed',
    (error: unknown) => (error instanceof Error ? error.message.split(':')[0] : error),
  )
  return { names, asked, ended, waited: clock.now() }
}

describe('a page that fails', () => {
  it('for a passing reason is asked for three times, a moment later each time', async () => {
    const { names, asked, waited } = await listing({ a: ['', ''], b: ['InternalServiceError', 'TimeoutError'], c: [] })
    expect([names, asked, waited]).toEqual([['a', 'b', 'c'], ['a', 'b', 'b', 'b', 'c'], 3000])
  })

  it('more often ends the listing, and what was listed before stands', async () => {
    const always = Array.from({ length: 4 }, () => 'InternalServiceError')
    const { names, ended } = await listing({ a: [], b: always, c: [] })
    expect([names, ended]).toEqual([['a'], 'store InternalServiceError'])
  })

  it.each(['AccessDeniedException', 'ThrottlingException', 'InvalidNextTokenException'])(
    'with %s is not asked for again here',
    async (name) => {
      const { asked } = await listing({ a: [name] })
      expect(asked).toEqual(['a'])
    },
  )
})
