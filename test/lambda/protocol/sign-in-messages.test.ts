// Messages with a link to sign in: which carry one, how often people are reminded, and that no message waits for a link.

import { describe, expect, it } from 'vitest'
import { signInReminderDays, tags } from '../../../lambda/contract.ts'
import { signInByLink } from '../../../local/owner.ts'
import { type Embedded, embedded, minute } from '../../support/embedded.ts'

const day = 24 * 60

const linkedStack = async (): Promise<Embedded> => {
  const e = await embedded({ signIn: true })
  e.entra.updateClient(e.clientId, { redirectUris: [`${e.signInUrl}signed-in`] })
  return e
}

interface Told {
  readonly name: string
  readonly link: string | undefined
  readonly as: string | undefined
}

/** What was announced of a connection. */
const told = (e: Embedded, connection = 'a'): readonly Told[] =>
  e.eventBus.entries
    .map(({ detailType, detail }) => ({ name: detailType, ...Object(detail) }))
    .filter((one) => one.connection === connection && !/Bootstrapped|Published/.test(one.name))
    .map(({ name, sign_in_link: link, sign_in_as: as }) => ({ name, link, as }))

const revoke = async (e: Embedded): Promise<void> => {
  e.entra.revokeSessions(e.userName)
  await e.tickAfter(75)
  await e.tickAfter(5)
}

/** The embedded provider plays Microsoft's host. */
const owner = (e: Embedded, link = '') =>
  signInByLink(link, { userName: e.userName, password: e.login.password ?? '' }, (address) =>
    address.replace(/^https:\/\/[^/]+/, e.entraUrl),
  )

describe('a message about a connection that needs its owner', () => {
  it('carries a link, and says to whom to forward it', async () => {
    const e = await linkedStack()
    await e.connect('a')
    await revoke(e)
    const [first] = told(e)
    expect(first).toMatchObject({ name: 'Connection Action Required', as: e.userName })
    expect(await owner(e, first?.link)).toBe('Done')
    expect(e.problems('a')).toEqual([])
  })

  it('comes again after 1, 3 and 7 days with the same link, and then no more', async () => {
    const e = await linkedStack()
    await e.connect('a')
    await revoke(e)
    const days: number[] = []
    for (let passed = 1; passed <= 20; passed++) {
      const before = told(e).length
      await e.tickAfter(day)
      await e.tickAfter(5)
      if (told(e).length > before) days.push(passed)
    }
    expect(days).toEqual([...signInReminderDays])
    const [first, ...reminders] = told(e)
    expect(reminders.map(({ name }) => name)).toEqual(Array(3).fill('Connection Sign-In Reminder'))
    expect(reminders.map(({ link }) => link)).toEqual(Array(3).fill(first?.link))
    expect(await owner(e, first?.link).catch(String)).toContain('410')
  })

  it('does not come again once the owner has signed in', async () => {
    const e = await linkedStack()
    await e.connect('a')
    await revoke(e)
    expect(await owner(e, told(e)[0]?.link)).toBe('Done')
    for (let passed = 0; passed < 10; passed++) await e.tickAfter(day)
    expect(told(e).map(({ name }) => name)).toEqual(['Connection Action Required'])
  })

  it('is sent without a link while KMS fails, and the reminder carries one', async () => {
    const e = await linkedStack()
    await e.connect('a')
    e.faults.aws = ({ headers }) =>
      String(headers['x-amz-target']).startsWith('TrentService') ? { kind: 'reset' } : undefined
    await revoke(e)
    expect(told(e)).toEqual([{ name: 'Connection Action Required', link: undefined, as: undefined }])
    e.faults.aws = undefined
    await e.tickAfter(day + 10)
    expect(told(e)[1]).toMatchObject({ name: 'Connection Sign-In Reminder', as: e.userName })
    expect(await owner(e, told(e)[1]?.link)).toBe('Done')
  })

  it('does not take the place of a link that an operator has made, which can be used for a while', async () => {
    const e = await linkedStack()
    await e.connect('a')
    const { link } = await e.makeLink({ connection: 'a', link: { days: 5, by: 'Anna' } })
    await revoke(e)
    expect(told(e)[0]?.link).toBe(link)
    expect(await owner(e, link)).toBe('Done')
  })

  it('carries a new link where the tag of the last one was edited', async () => {
    const e = await linkedStack()
    await e.connect('a')
    await e.setTags('a', { [tags.link]: `not-a-link-id 1 99999999999 0 ${'x'.repeat(99)}` })
    await revoke(e)
    expect(await owner(e, told(e)[0]?.link)).toBe('Done')
  })

  it('about a grant that ends on a known day carries one too, and the sign-in renews the grant before that day', async () => {
    const e = await linkedStack()
    await e.connect('a', { grant_ends_after_days: 7 })
    e.clock.advance(4 * day * minute)
    await e.tickAfter(5)
    const [first] = told(e)
    expect(first).toMatchObject({ name: 'Connection Ending', as: e.userName })
    const before = e.current('grants', 'a').json.ends_at
    expect(await owner(e, first?.link)).toBe('Done')
    expect(String(e.current('grants', 'a').json.ends_at) > String(before)).toBe(true)
  })
})

describe('a message about what no owner can mend', () => {
  it('carries no link, and no reminder follows', async () => {
    const e = await linkedStack()
    await e.connect('a')
    e.entra.updateClient(e.clientId, { disabled: true })
    await e.tickAfter(75)
    for (let passed = 0; passed < 9; passed++) await e.tickAfter(day)
    const all = e.eventBus.entries.map(({ detailType, detail }) => ({ name: detailType, ...Object(detail) }))
    expect(all.filter(({ sign_in_link }) => sign_in_link !== undefined)).toEqual([])
    expect(all.map(({ name }) => name)).not.toContain('Connection Sign-In Reminder')
  })
})

describe('a deployment without links', () => {
  it('sends the message without one, and no reminder', async () => {
    const e = await embedded()
    await e.connect('a')
    await revoke(e)
    for (let passed = 0; passed < 9; passed++) await e.tickAfter(day)
    expect(told(e)).toEqual([{ name: 'Connection Action Required', link: undefined, as: undefined }])
  })
})
