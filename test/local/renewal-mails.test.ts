// The mails about a client secret that renews itself, as the deployed rules make them of the events of a year.

import { expect, it } from 'vitest'
import { type Mail, mailsOf } from '../../local/mails.ts'
import { templateWith } from '../lib/support.ts'
import { day, embedded, minute } from '../support/embedded.ts'

const template = templateWith({ clientSecretRenewal: 'on', runbookUrl: 'https://wiki.example.com/runbook' }).toJSON()

const start = async () => {
  const e = await embedded({ clientSecretRenewal: true })
  const allowed = { ownsItself: true, appRoles: ['Application.ReadWrite.OwnedBy'] }
  e.entra.updateClient(e.clientId, allowed)
  await e.connect('a')
  await e.manageRenewal({ client: e.clientId, renewal: 'start', tenant: 'example.com' })
  const renew = (after: number) => {
    e.clock.advance(after)
    return e.renewClientSecrets()
  }
  await renew(10 * minute)
  const mails = () => mailsOf(template, e.eventBus.entries).filter(({ lines }) => lines[0]?.includes('client secret'))
  return { e, allowed, renew, mails }
}

const textOf = (mail: Mail | undefined): string => mail?.lines.join('\n') ?? ''

it('one says that it was renewed, until when the new one lasts, and for whom there is something to do', async () => {
  const { e, mails } = await start()
  const [mail, ...more] = mails()
  expect(more).toEqual([])
  const inHalfAYear = new Date(e.clock.now() + 180 * day - 15 * minute).toISOString()
  expect(mail?.lines[0]).toBe(
    `The client secret of the app registration (client) ${e.clientId} was renewed. The one that is used now expires on ${inHalfAYear}.`,
  )
  expect(textOf(mail)).toContain('What to do: if an app has a copy that a person made')
  expect(mail?.lines.at(-1)).toMatch(/^Read more: \S+#clientsecretexpiring$/)
})

it('one says why it was not renewed and until when all works, and the next one that it was', async () => {
  const { e, allowed, renew, mails } = await start()
  e.entra.updateClient(e.clientId, { appRoles: [] })
  await renew(151 * day)
  await renew(60 * minute)
  const [, failed, ...more] = mails()
  expect(more).toEqual([])
  expect(failed?.lines).toEqual([
    `The client secret of the app registration (client) ${e.clientId} could not be renewed.`,
    expect.stringMatching(/^Why: client Authorization_RequestDenied, since 2027-06-\S+Z$/),
    expect.stringContaining(`client renew-secret ${e.clientId} --automatic`),
    expect.stringMatching(/^The present client secret expires on 2027-06-\S+Z\. Until then everything works;/),
    expect.stringContaining('tries again every hour'),
    expect.stringContaining('deployment token-refresher'),
    expect.stringContaining('#clientsecretexpiring'),
  ])
  e.entra.updateClient(e.clientId, allowed)
  await renew(60 * minute)
  await renew(60 * minute)
  expect(textOf(mails().at(-1))).toContain(' was renewed.')
  expect(mails()).toHaveLength(3)
})
