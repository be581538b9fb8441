// What the sign-in function answers a browser.

import type { Page } from '../../core/sign-in/page.ts'

export interface SignInAnswer {
  readonly page: Omit<Page, 'prefix'>
  /** Binds what follows to this browser. Absent: the browser keeps what it has. */
  readonly browser?: string
}
