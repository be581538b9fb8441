// The answer of the sign-in function to a browser.

import type { Page } from '../../core/sign-in/page.ts'

export interface SignInAnswer {
  readonly page: Omit<Page, 'prefix'>
  /** Cookie that binds the sign-in to this browser. Absent: the browser keeps its cookie. */
  readonly browser?: string
}
