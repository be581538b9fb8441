// A sample of every sign-in page, as the handler would show it.

import type { Link } from '../../lambda/core/sign-in/link.ts'
import type { Page } from '../../lambda/core/sign-in/page.ts'
import type { PageName } from '../../lambda/core/sign-in/texts.ts'

const link: Link = {
  id: 'sample-link',
  connection: 'sales-mailbox',
  made: Date.UTC(2027, 0, 1, 9) / 1000,
  expires: Date.UTC(2027, 0, 4, 9) / 1000,
  by: 'Anna from IT',
  client_id: '11111111-2222-4333-8444-555555555555',
  authorization_endpoint: 'https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize',
  scope:
    'https://graph.microsoft.com/Mail.ReadWrite https://graph.microsoft.com/Mail.Send offline_access openid profile',
  account: 'sales@example.com',
}

const sample = (name: PageName, more: Partial<Page> = {}): Page => ({ name, prefix: 'token-refresher', link, ...more })

export const pageSamples: Readonly<Record<PageName, Page>> = {
  invitation: sample('invitation', { again: 'payload.mac' }),
  leaving: sample('leaving', { address: link.authorization_endpoint }),
  done: sample('done'),
  'other-account': sample('other-account', { again: 'payload.mac', signedInAs: 'someone.else@example.com' }),
  declined: sample('declined', { again: 'payload.mac' }),
  'consent-missing': sample('consent-missing', {
    address: 'https://login.microsoftonline.com/organizations/adminconsent?client_id=app',
  }),
  'consent-given': sample('consent-given', { link: undefined }),
  expired: sample('expired'),
  replaced: sample('replaced'),
  'already-done': sample('already-done'),
  'not-valid': sample('not-valid', { link: undefined }),
  'other-browser': sample('other-browser', { link: undefined }),
  refused: sample('refused', { code: 'AADSTS50105' }),
  'try-later': sample('try-later'),
}
