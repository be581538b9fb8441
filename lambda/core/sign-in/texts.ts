// Every sentence of the sign-in pages, for people who do not know this project or OAuth.

import type { Link } from './link.ts'

/** Which page is shown. */
export type PageName =
  | 'invitation'
  | 'leaving'
  | 'done'
  | 'other-account'
  | 'declined'
  | 'consent-missing'
  | 'consent-given'
  | 'expired'
  | 'replaced'
  | 'already-done'
  | 'not-valid'
  | 'other-browser'
  | 'refused'
  | 'try-later'

export interface PageText {
  readonly title: string
  readonly paragraphs: readonly string[]
}

/** The result of the sign-in. */
interface Result {
  readonly code?: string
  /** The user name of another account, if the provider has named it. */
  readonly signedInAs?: string
}

type Text = (link: Link, result: Result) => PageText

const whom = ({ account }: Link): string => account ?? 'the account that this connection is for'

const askAgain = 'Ask the person who sent you this link for a new one.'

export const texts: Readonly<Record<PageName, Text>> = {
  invitation: (link) => ({
    title: `Sign in for ${link.connection}`,
    paragraphs: [
      `An application of your organization needs your permission to work with ${whom(link)}.`,
      'The button leads to the sign-in page of your provider. Type your password only there.',
    ],
  }),
  leaving: () => ({
    title: 'On the way to the sign-in page',
    paragraphs: ['Your browser opens it by itself. If it does not, use the link below.'],
  }),
  done: (link) => ({
    title: 'Done',
    paragraphs: [`The connection ${link.connection} works. You can close this window; there is nothing else to do.`],
  }),
  'other-account': (link, { signedInAs }) => ({
    title: 'That was another account',
    paragraphs: [
      signedInAs === undefined
        ? `You signed in with another account than ${whom(link)}. Nothing was changed.`
        : `You signed in as ${signedInAs}, and the connection is for ${whom(link)}. Nothing was changed.`,
      'Use the button to sign in again, and choose the right account on the page of your provider.',
    ],
  }),
  declined: (link) => ({
    title: 'You did not sign in',
    paragraphs: [`The sign-in was cancelled, and nothing was changed. ${link.connection} still waits for you.`],
  }),
  'consent-missing': () => ({
    title: 'An administrator has to agree first',
    paragraphs: [
      'Your organization allows this application only after an administrator has agreed to it.',
      'Send this address to an administrator of your organization, who opens it and agrees:',
    ],
  }),
  'consent-given': () => ({
    title: 'Thank you, this organization agrees',
    paragraphs: ['Tell the person who asked you that the sign-in can begin again. You can close this window.'],
  }),
  expired: () => ({
    title: 'This link has expired',
    paragraphs: [`Links to sign in are valid for a limited time. ${askAgain}`],
  }),
  replaced: () => ({
    title: 'This link can no longer be used',
    paragraphs: [
      'It was replaced by a newer one, or withdrawn. Look for a newer message, or ask the person who sent you this link.',
    ],
  }),
  'already-done': (link) => ({
    title: 'Already done',
    paragraphs: [`The connection ${link.connection} works, so this link has no further use. There is nothing to do.`],
  }),
  'not-valid': () => ({
    title: 'This link does not work',
    paragraphs: [`A part of it may be missing: some mail programs cut long links. ${askAgain}`],
  }),
  'other-browser': () => ({
    title: 'This sign-in began in another browser',
    paragraphs: ['Open the link that you were sent again, and do all steps in one browser. Cookies must be allowed.'],
  }),
  refused: (_, { code = 'unknown' }) => ({
    title: 'The provider refused the sign-in',
    paragraphs: [
      'Nothing was changed. The person who sent you this link can find out why.',
      `Tell that person this code: ${code}`,
    ],
  }),
  'try-later': () => ({
    title: 'Please try again in a few minutes',
    paragraphs: ['A service on our side did not answer. Open the link that you were sent again in a few minutes.'],
  }),
}

export const button = 'Sign in'
export const buttonAgain = 'Sign in again'
export const consentLink = 'I am an administrator: agree'
export const afterConsent = 'Then open the link that you were sent once more.'
export const goOn = 'Continue to the sign-in page'

/** Labels of the rows on the page. */
export const labels = {
  deployment: 'Asked by',
  connection: 'Connection',
  account: 'Sign in as',
  scopes: 'It may then',
  by: 'Requested by',
  made: 'Requested on',
  expires: 'Valid until',
} as const

export const refresherAsked = 'the system itself, because the last sign-in is no longer accepted'

/** The most common permissions of mail connectors, in words. */
const scopeWords: Readonly<Record<string, string>> = {
  'mail.read': 'read your mail',
  'mail.readwrite': 'read, change and delete your mail',
  'mail.send': 'send mail as you',
  'calendars.read': 'read your calendar',
  'calendars.readwrite': 'read and change your calendar',
  'contacts.read': 'read your contacts',
  'contacts.readwrite': 'read and change your contacts',
  'ews.accessasuser.all': 'work with your whole mailbox as you',
  'imap.accessasuser.all': 'read your mail (IMAP)',
  'smtp.send': 'send mail as you (SMTP)',
  '.default': 'do what your organization has allowed this application',
  'user.read': 'read your profile',
  'directory.readwrite.all': 'read and change the directory as you',
  offline_access: 'do so while you are away, too',
}

/** Requested so that the page knows who has signed in. */
const ofTheSignIn: readonly string[] = ['openid', 'profile', 'email']

export const scopesInWords = (scope: string): readonly string[] => {
  const names = scope.split(/\s+/).filter((one) => one !== '' && !ofTheSignIn.includes(one))
  return names.map((name) => scopeWords[(name.split('/').at(-1) ?? name).toLowerCase()] ?? name)
}
