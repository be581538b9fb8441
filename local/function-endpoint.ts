// Lambda's Invoke at the AWS endpoint, for the two functions by their deployed names.

import { defaultPlace } from './iam/role.ts'
import type { LoopbackAnswer, LoopbackRequest } from './loopback-server.ts'
import { type Authorize, principalOf, regionOf } from './secrets-manager/access.ts'

export interface Functions {
  readonly refresh: (event: unknown) => Promise<unknown>
  readonly bootstrap: (event: unknown) => Promise<unknown>
}

export interface FunctionPlace {
  readonly names: Readonly<Record<keyof Functions, string>>
  readonly authorize: Authorize
}

const invokePath = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/

/** Answers an Invoke request as Lambda does (RequestResponse); undefined when the request is for another service. */
export const functionEndpoint = ({ names, authorize }: FunctionPlace, functions: Functions) => {
  const byName = new Map<string, Functions[keyof Functions]>([
    [names.refresh, functions.refresh],
    [names.bootstrap, functions.bootstrap],
  ])
  return (request: LoopbackRequest): Promise<LoopbackAnswer> | undefined => {
    const path = invokePath.exec(request.path)?.[1]
    if (path === undefined) return undefined
    const name = decodeURIComponent(path).split(':').at(-1) ?? ''
    const { accountId, region: home } = defaultPlace
    const region = regionOf(request.headers.authorization) ?? home
    const arn = `arn:aws:lambda:${region}:${accountId}:function:${name}`
    const refusal = authorize({
      principal: principalOf(request.headers.authorization),
      action: 'lambda:InvokeFunction',
      resource: arn,
      context: {},
    })
    if (refusal !== undefined) return Promise.resolve(refused(403, 'AccessDeniedException', refusal))
    const call = region === home ? byName.get(name) : undefined
    return call === undefined
      ? Promise.resolve(refused(404, 'ResourceNotFoundException', `Function not found: ${arn}`))
      : invoke(call, request.body)
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

const refused = (status: number, type: string, message: string): LoopbackAnswer => ({
  status,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': type },
  body: JSON.stringify({ Type: 'User', Message: message, message }),
})
