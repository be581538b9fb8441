// The redirect of a sign-in: a port of this machine that accepts one answer, the one with our state.

import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { CommandError, wrongUsage } from '../exit.ts'

export interface Redirect {
  readonly uri: string
  answer(signal: AbortSignal): Promise<URLSearchParams>
  close(): void
}

/** After this time the command stops waiting for the person. */
const patienceMilliseconds = 10 * 60_000

/** @param state of the sign-in: a request without it gets an error, and the command continues to wait */
export const listen = async (port: number, state: string): Promise<Redirect> => {
  let arrive: (answer: URLSearchParams) => void = () => {}
  const arrived = new Promise<URLSearchParams>((resolve) => {
    arrive = resolve
  })
  let chosen = port
  let isOver = false
  const answerTo: RequestListener = (request, response) => {
    const { status, text, answer } = isOver ? tooLate : judged(request, { state, port: chosen })
    response.writeHead(status, headers)
    response.end(page(text))
    if (answer === undefined) return
    isOver = true
    arrive(answer)
  }
  const handle = createServer(answerTo)
  await started(handle, port, '127.0.0.1')
  const address = handle.address()
  if (typeof address === 'object' && address !== null) chosen = address.port
  // A browser may resolve localhost to either address.
  const other = createServer(answerTo)
  await started(other, chosen, '::1').catch(() => undefined)
  return {
    uri: `http://localhost:${chosen}`,
    answer: async (signal) => {
      const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMilliseconds)])
      const gaveUp = new Promise<never>((_, reject) => {
        patience.addEventListener('abort', () => reject(signal.aborted ? signal.reason : noSignIn()))
      })
      return Promise.race([arrived, gaveUp])
    },
    close: () => {
      for (const server of [handle, other]) server.close().closeAllConnections()
    },
  }
}

interface Judged {
  readonly status: number
  readonly text: string
  /** Present only if the request is the answer to this sign-in. */
  readonly answer?: URLSearchParams
}

const tooLate: Judged = { status: 409, text: 'This sign-in has been answered already.' }

/** Any web page and any program of this machine can send requests here, so every part of a request is checked. */
const judged = (
  request: IncomingMessage,
  { state, port }: { readonly state: string; readonly port: number },
): Judged => {
  if (!isLoopback(request.headers.host, port)) return { status: 400, text: 'The host must be localhost.' }
  const [path, query = ''] = (request.url ?? '').split(/\?(.*)/s)
  if (path !== '/') return { status: 404, text: 'Nothing is here.' }
  if (request.method !== 'GET') return { status: 405, text: 'Only GET is answered.' }
  const answer = new URLSearchParams(query)
  const outcomes = [...answer.getAll('code'), ...answer.getAll('error')]
  const states = answer.getAll('state')
  if (outcomes.length !== 1 || states.length !== 1 || states[0] !== state) {
    return { status: 400, text: 'This is not an answer to the sign-in that the terminal waits for.' }
  }
  const text = answer.has('error') ? 'The sign-in was refused.' : 'You have signed in.'
  return { status: 200, text: `${text} Go back to the terminal; this window can be closed.`, answer }
}

/** Refuses a host name that an attacker's DNS resolves to this machine. */
const isLoopback = (host = '', port: number): boolean =>
  ['localhost', '127.0.0.1', '[::1]'].some((name) => host === `${name}:${port}` || (port === 80 && host === name))

/** The address of the page contains the code: these headers keep it from other sites and from caches. */
const headers = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  connection: 'close',
}

const page = (text: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>token-refresher</title><p>${text}</p></html>`

const noSignIn = (): CommandError =>
  new CommandError({ code: 'NoSignIn', message: 'no sign-in arrived within ten minutes', remedy: 'Start again.' })

const started = (server: Server, port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const inUse = error.code === 'EADDRINUSE'
      reject(inUse ? wrongUsage(`port ${port} is in use`, 'Choose another one with --port, or leave it out.') : error)
    })
    server.listen(port, host, resolve)
  })
