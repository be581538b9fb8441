// Lambda's Invoke at the AWS endpoint, for the two functions by their deployed names.

import { functionNames } from '../lambda/contract.ts'
import type { LoopbackAnswer, LoopbackRequest } from './loopback-server.ts'

export interface Functions {
  readonly refresh: (event: unknown) => Promise<unknown>
  readonly bootstrap: (event: unknown) => Promise<unknown>
}

const invokePath = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/

/** Answers an Invoke request as Lambda does (RequestResponse); undefined when the request is for something else. */
export const functionEndpoint = (prefix: string, functions: Functions) => {
  const names = functionNames(prefix)
  const byName = new Map<string, Functions[keyof Functions]>([
    [names.refresh, functions.refresh],
    [names.bootstrap, functions.bootstrap],
  ])
  return (request: LoopbackRequest): Promise<LoopbackAnswer> | undefined => {
    const name = invokePath.exec(request.path)?.[1]
    if (name === undefined) return undefined
    const call = byName.get(decodeURIComponent(name).split(':').at(-1) ?? '')
    return call === undefined ? Promise.resolve(notFound(name)) : invoke(call, request.body)
  }
}

const invoke = async (call: (event: unknown) => Promise<unknown>, body: string): Promise<LoopbackAnswer> => {
  const headers = { 'content-type': 'application/json', 'x-amz-executed-version': '$LATEST' }
  try {
    const answer = await call(body === '' ? {} : JSON.parse(body))
    return { status: 200, headers, body: JSON.stringify(answer) }
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error))
    const failed = { ...headers, 'x-amz-function-error': 'Unhandled' }
    return { status: 200, headers: failed, body: JSON.stringify({ errorType: name, errorMessage: message, trace: [] }) }
  }
}

const notFound = (name: string): LoopbackAnswer => ({
  status: 404,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'ResourceNotFoundException' },
  body: JSON.stringify({ Type: 'User', Message: `Function not found: ${name}` }),
})
