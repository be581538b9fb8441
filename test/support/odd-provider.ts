// A provider on a real socket with single-use refresh tokens, whose answers come in an envelope of the test's choice.

import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { onTestFinished } from 'vitest'

export interface OddProvider {
  readonly tokenEndpoint: string
  /** The refresh token that a person has signed in for. */
  readonly first: string
  /** Refresh tokens as they arrived, in order. */
  readonly received: readonly string[]
  /** The one refresh token that would be accepted now. */
  current(): string
  /** Whether an access token is the newest. */
  isNewest(accessToken: string): boolean
  /** How the next answers are sent. */
  answer: (text: string, response: ServerResponse) => void
  /** What else stands in its answers, or in place of what does. */
  fields: Record<string, unknown>
}

export const startOddProvider = async (): Promise<OddProvider> => {
  const newToken = (what: string) => `${what}-${randomUUID()}`
  const first = newToken('refresh-token')
  const received: string[] = []
  let current = first
  let newest = ''
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const refreshToken = new URLSearchParams(body).get('refresh_token') ?? ''
    received.push(refreshToken)
    if (refreshToken !== current) {
      response.statusCode = 400
      return provider.answer(JSON.stringify({ error: 'invalid_grant' }), response)
    }
    current = newToken('refresh-token')
    newest = newToken('access-token')
    const answer = { token_type: 'Bearer', access_token: newest, refresh_token: current, expires_in: 3600 }
    provider.answer(JSON.stringify({ ...answer, ...provider.fields }), response)
  }
  const server = createServer((request, response) => void serve(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the provider does not listen')
  const provider: OddProvider = {
    tokenEndpoint: `http://127.0.0.1:${address.port}/token`,
    first,
    received,
    current: () => current,
    isNewest: (accessToken) => accessToken === newest,
    answer: (text, response) => response.end(text),
    fields: {},
  }
  return provider
}
