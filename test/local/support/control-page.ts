// The control page over the embedded stack, and requests to both as a browser and a client send them.

import { type IncomingHttpHeaders, type RequestOptions, request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { connectionsOf } from '../../../local/control-page/connections.ts'
import { startControlPage } from '../../../local/control-page/server.ts'
import { mailsOf } from '../../../local/mails.ts'
import { templateWith } from '../../lib/support.ts'
import { embedded } from '../../support/embedded.ts'

const template = templateWith({ signIn: 'on' }).toJSON()

export const startControlled = async (options: { readonly clientSecretRenewal?: boolean } = {}) => {
  const e = await embedded({ signIn: true, ...options })
  e.entra.updateClient(e.clientId, { redirectUris: [`${e.signInUrl}signed-in`] })
  const page = await startControlPage({
    ...e,
    redirectUris: [`${e.signInUrl}signed-in`],
    connections: () => connectionsOf(e.secretsManager, e.dependencies.settings.prefix),
    now: () => e.clock.now(),
    mails: () => mailsOf(template, e.eventBus.entries),
  })
  onTestFinished(() => page.close())
  const { origin } = new URL(page.url)
  const act = async (action: string, fields: Record<string, string> = {}): Promise<string> => {
    const body = new URLSearchParams({ action, ...fields })
    return (await fetch(page.url, { method: 'POST', headers: { origin }, body })).text()
  }
  return {
    e,
    page,
    act,
    show: async (): Promise<string> => (await fetch(page.url)).text(),
    /** A password grant, past the refresher. */
    ask: (change: Record<string, string> = {}) => send(e.tokenEndpoint, { method: 'POST' }, formOf(e.login, change)),
    user: { userName: e.userName },
    client: { clientId: e.clientId },
  }
}

export interface Answer {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** With headers that a browser sets itself, and with an answer that nothing has unpacked. */
export const send = (url: string, options: RequestOptions = {}, form?: URLSearchParams): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const type = form && { 'content-type': 'application/x-www-form-urlencoded' }
    const asked = request(url, { ...options, headers: { ...type, ...options.headers } }, (answer) => {
      const { statusCode: status, headers } = answer
      buffer(answer).then((body) => resolve({ status, headers, body }), reject)
    })
    asked.once('error', reject).end(form?.toString())
  })

const formOf = ({ userName = '', ...login }: Record<string, string>, change: Record<string, string>) =>
  new URLSearchParams({ ...login, username: userName, ...change })
