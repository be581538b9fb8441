// The control page as HTML: the directory of the embedded Entra, what it can be made to do, and the mails that were sent.

import { escapeHtml } from '../entra/pages/html.ts'
import type { Mail } from '../mails.ts'
import type { Done } from './actions.ts'
import { clientsSection, type Directory, usersSection } from './directory-sections.ts'
import { mailsSection } from './mails-section.ts'
import { providerSection } from './provider-section.ts'
import { style } from './style.ts'
import type { Trouble } from './troubles.ts'

export interface Shown extends Directory {
  readonly trouble: Trouble
  /** The newest first. */
  readonly mails: readonly Mail[]
  /** The text of the last action. Undefined: the page has already shown it. */
  readonly done: Done | undefined
}

export const controlPage = (shown: Shown): string =>
  `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>The embedded Entra</title><style>${style}</style></head><body><main><h1>The embedded Entra</h1>
<p class="quiet">What you do here happens at the provider. A connection meets it at its next refresh, which may be most of an hour away; token-refresher refresh does it now.</p>${doneText(shown.done)}
${providerSection(shown.trouble)}${usersSection(shown)}${clientsSection(shown)}${mailsSection(shown.mails)}</main></body></html>
`

const doneText = (done: Done | undefined): string => {
  if (done === undefined) return ''
  if (done.problem !== undefined) return `<div role="alert"><p>${escapeHtml(done.problem)}</p></div>`
  return `<div role="status">${done.notice.map((line) => `<p>${escapeHtml(line)}</p>`).join('')}</div>`
}
