// The control page on loopback, at an address that only who started the stack knows.

import { randomBytes } from 'node:crypto'
import { type LoopbackAnswer, type LoopbackRequest, LoopbackServer } from '../loopback-server.ts'
import type { Mail } from '../mails.ts'
import { actions, type Notice, type World } from './actions.ts'
import { contentSecurityPolicy, controlPage } from './page.ts'

export interface ControlPageOptions extends World {
  /** The oldest first. */
  readonly mails: () => readonly Mail[]
  readonly now: () => number
  /** @default 0: any free port */
  readonly port?: number
}

export interface ControlPage {
  readonly url: string
  close(): Promise<void>
}

const mostMails = 50

export const startControlPage = async (options: ControlPageOptions): Promise<ControlPage> => {
  const key = randomBytes(16).toString('hex')
  let trouble = 'none'
  const handle = ({ method, path, body }: LoopbackRequest): LoopbackAnswer => {
    if (path !== `/${key}/`) return { status: 404, headers: { 'content-type': 'text/plain' }, body: 'Not Found' }
    const form = new URLSearchParams(body)
    const done = method === 'POST' ? act(options, form) : { notice: [] }
    if (form.get('action') === 'trouble' && done.problem === undefined) trouble = form.get('trouble') ?? 'none'
    return answerOf(controlPage({ ...shownOf(options), trouble, ...done }))
  }
  const server = await LoopbackServer.start({ port: options.port ?? 0, handle, audience: 'browsers' })
  return { url: `${server.url}/${key}/`, close: () => server.close() }
}

const act = (world: World, form: URLSearchParams): { readonly notice: Notice; readonly problem?: string } => {
  const action = actions[form.get('action') ?? '']
  if (action === undefined) return { notice: [], problem: 'There is no such action.' }
  const field = (name: string): string => {
    const value = form.get(name)?.trim() ?? ''
    if (value === '') throw new Error(`${name} is missing`)
    return value
  }
  try {
    return { notice: action(world, { field }) }
  } catch (error) {
    return { notice: [], problem: `Nothing was changed: ${error instanceof Error ? error.message : error}.` }
  }
}

const shownOf = ({ entra, mails, now }: ControlPageOptions) => {
  const { users, clients } = entra.directory
  const oneTimeCode = (userName: string): string => entra.oneTimeCode(userName)
  return { users, clients, oneTimeCode, mails: mails().slice(-mostMails).toReversed(), now: now() }
}

const answerOf = (body: string): LoopbackAnswer => ({
  status: 200,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': contentSecurityPolicy,
    'cache-control': 'no-store',
    // The address is the key, and a form of this page names its origin.
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  },
  body,
})
