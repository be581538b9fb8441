// The failures of the provider, as HTML: one lasting failure, and one odd answer.

import { escapeHtml } from '../entra/pages/html.ts'
import { idOf, oddAnswers } from './odd-answers.ts'
import { asUsual, type Trouble, troubles } from './troubles.ts'

export const providerSection = (now: Trouble): string =>
  `<section><h2>Provider</h2>
<form method="post" class="card${now === asUsual ? '' : ' trouble'}"><p>Now: <strong>${escapeHtml(now.says)}</strong>.</p>
<div class="row"><label>From now on <select name="trouble">${troubles
    .map(
      ({ name, says }) => `<option value="${name}"${name === now.name ? ' selected' : ''}>${escapeHtml(says)}</option>`,
    )
    .join('')}</select></label><button name="action" value="trouble">Do this</button></div></form>
<form method="post" class="card"><div class="row"><label>The next token request <select name="answer">${groups}</select></label>
<button name="action" value="odd-answer">Answer it like this</button></div></form></section>`

const groups = oddAnswers
  .map(
    ({ title, answers }) =>
      `<optgroup label="${escapeHtml(title)}">${answers
        .map((one) => `<option value="${escapeHtml(idOf(one))}">${escapeHtml(one.name)}</option>`)
        .join('')}</optgroup>`,
  )
  .join('')
