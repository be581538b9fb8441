// The AADSTS codes of Microsoft Entra. There is one file for each group that a code can be about: connection, tenant, client.

import { ofClient } from './aadsts/client.ts'
import { ofConnection } from './aadsts/connection.ts'
import { ofTenant } from './aadsts/tenant.ts'
import type { Concerns } from './failure.ts'
import type { AadstsRow, AadstsRows } from './ruling.ts'

const concerning = (concerns: Concerns, rows: AadstsRows): Readonly<Record<number, AadstsRow>> =>
  Object.fromEntries(Object.entries(rows).map(([code, row]) => [code, { ...row, concerns }]))

/**
 * Look-up page: https://login.microsoftonline.com/error?code=<n>. Codes of other flows (SAML 75xxx and 76xxx, password
 * change 120xxx, Windows Hello 130004, 135010, on-behalf-of 7000114) are left out on purpose.
 */
export const aadsts: Readonly<Record<number, AadstsRow>> = {
  ...concerning('connection', ofConnection),
  ...concerning('tenant', ofTenant),
  ...concerning('client', ofClient),
}
