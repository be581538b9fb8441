// The control page on loopback, at an address that only the user who started the stack knows.

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Entra } from '../entra/service.ts'
import { type LoopbackAnswer, type LoopbackRequest, LoopbackServer } from '../loopback-server.ts'
import type { Mail } from '../mails.ts'
import type { Faults } from '../services.ts'
import { type Done, perform } from './actions.ts'
import type { Connection } from './connections.ts'
import { controlPage } from './page.ts'
import { Provider } from './provider.ts'
import { contentSecurityPolicy } from './style.ts'

export interface ControlPageOptions {
  readonly entra: Entra
  readonly faults: Faults
  readonly connections: () => readonly Connection[]
  /** The oldest first. */
  readonly mails: () => readonly Mail[]
  /** Of new clients. */
  readonly redirectUris: readonly string[]
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
  const { entra, faults, connections, redirectUris } = options
  const path = `/${randomBytes(16).toString('hex')}/`
  const provider = new Provider(entra, faults)
  const world = { entra, provider, connections, redirectUris }
  let done: Done | undefined
  const handle = (request: LoopbackRequest): LoopbackAnswer => {
    if (!isSame(request.path, path)) return plain(404, 'Not Found')
    if (request.method === 'POST') {
      done = perform(world, new URLSearchParams(request.body))
      // A redirect, so that a reload repeats no action and shows no password again.
      return { status: 303, headers: { ...headers, location: path } }
    }
    if (request.method !== 'GET') return plain(405, 'Method Not Allowed')
    const page = controlPage({ ...shownOf(options), trouble: provider.trouble, done })
    done = undefined
    return { status: 200, headers: { ...headers, 'content-type': 'text/html; charset=utf-8' }, body: page }
  }
  const server = await LoopbackServer.start({ port: options.port ?? 0, handle, audience: 'browsers' })
  return { url: `${server.url}${path}`, close: () => server.close() }
}

const shownOf = ({ entra, connections, mails, now }: ControlPageOptions) => {
  const { users, clients } = entra.directory
  return {
    users,
    clients,
    connections: connections(),
    oneTimeCode: (userName: string): string => entra.oneTimeCode(userName),
    mails: mails().slice(-mostMails).toReversed(),
    now: now(),
  }
}

/** Compares hashes, because they have one length, and the comparison takes the same time for every difference. */
const isSame = (one: string, other: string): boolean => timingSafeEqual(hashOf(one), hashOf(other))

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest()

const headers = {
  'content-security-policy': contentSecurityPolicy,
  'cache-control': 'no-store',
  // The address is the key, and a form of this page names its origin.
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
}

const plain = (status: number, body: string): LoopbackAnswer => ({
  status,
  headers: { 'content-type': 'text/plain' },
  body,
})
