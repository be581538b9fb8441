// The demonstration's arguments.

import { parseArgs } from 'node:util'

export const usage = `Usage: npm start -- [options]

Plays a year of token-refresher on this machine: the deployed code, against an embedded AWS Secrets Manager and an
embedded Microsoft Entra, on an accelerated clock. Needs no account and no network.

  --login FILE  the login to bootstrap from (default: local/demo/login.json, the request table of the IBM page)
  --days N      how long a year is, from 1 to 3650 (default: 365)
  --live        send the login to the real provider instead, in real time, until stopped with Ctrl-C
  --json        print the outcome as data
  --help        print this

Exit status: 0 every rule held, 1 one did not or the run failed, 2 wrong usage.
`

export interface DemoOptions {
  readonly login: string
  readonly days: number
  readonly live: boolean
  readonly json: boolean
  readonly help: boolean
}

/** @throws TypeError that says which argument is wrong */
export const readOptions = (arguments_: readonly string[], defaultLogin: string): DemoOptions => {
  const { values } = parseArgs({
    args: [...arguments_],
    options: {
      login: { type: 'string', default: defaultLogin },
      days: { type: 'string', default: '365' },
      live: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const days = Number(values.days)
  if (!Number.isInteger(days) || days < 1 || days > 3650) {
    throw new TypeError(`--days is "${values.days}" and must be a whole number from 1 to 3650`)
  }
  if (values.live && (values.json || values.days !== '365')) {
    throw new TypeError('--live goes on until it is stopped: it takes neither --days nor --json')
  }
  return { ...values, days }
}
