// Plain HTML: a page, a sign-in form, a refusal a person can read.

import type { LoopbackAnswer } from '../../loopback-server.ts'
import { describe } from '../failure-texts.ts'
import type { Refusal } from '../refusal.ts'

export const page = (status: number, title: string, body: string): LoopbackAnswer => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  body:
    `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>` +
    `<body><h1>${escapeHtml(title)}</h1>${body}</body></html>\n`,
})

export const refusalText = (refusal: Refusal): string =>
  `<p role="alert">AADSTS${refusal.code}: ${escapeHtml(describe(refusal.code, refusal.details.words ?? {}))}</p>`

export const refusalPage = (refusal: Refusal): LoopbackAnswer =>
  page(400, "Sorry, but we're having trouble signing you in", refusalText(refusal))

export interface FormField {
  readonly name: string
  readonly label: string
  readonly type: 'text' | 'password' | 'hidden'
  readonly value?: string
}

/** Posts to the address of the page itself. */
export const form = (fields: readonly FormField[], buttons: Readonly<Record<string, string>>): string =>
  `<form method="post" autocomplete="off">${fields.map(input).join('')}` +
  Object.entries(buttons)
    .map(([action, label]) => `<button name="action" value="${action}">${escapeHtml(label)}</button>`)
    .join(' ') +
  '</form>'

export const hidden = (name: string, value: string): FormField => ({ name, label: '', type: 'hidden', value })

export const input = ({ name, label, type, value = '' }: FormField): string => {
  const element = `<input type="${type}" name="${name}" value="${escapeHtml(value)}">`
  return type === 'hidden' ? element : `<p><label>${escapeHtml(label)}<br>${element}</label></p>`
}

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
