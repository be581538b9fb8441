// The mails that were sent, as HTML: the newest first.

import { escapeHtml } from '../entra/pages/html.ts'
import type { Mail } from '../mails.ts'

export const mailsSection = (mails: readonly Mail[]): string =>
  `<section><h2>Mails</h2>${mails.length === 0 ? '<p class="card">No mail has been sent in this run. Reload the page to look again.</p>' : mails.map(article).join('')}</section>`

const article = ({ at, lines: [subject = '', ...lines] }: Mail): string => {
  const time = new Date(at).toISOString()
  return `<article><h3>${linked(subject)}</h3><p class="quiet"><time datetime="${time}">${time.slice(0, 16).replace('T', ' ')} UTC</time></p><pre>${lines.map(linked).join('\n')}</pre></article>`
}

/** A link to sign in can be followed from here, as from a mail. */
const linked = (line: string): string => {
  const [, before = '', address] = /^(.*?)(https?:\/\/\S+link=\S+)$/.exec(line) ?? []
  if (address === undefined) return escapeHtml(line)
  return `${escapeHtml(before)}<a href="${escapeHtml(address)}">${escapeHtml(address)}</a>`
}
