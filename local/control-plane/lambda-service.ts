// Lambda's GetFunctionConfiguration: a function as the template configures it.

import { embeddedVariables } from '../functions/environment.ts'
import { regionOf } from '../secrets-manager/access.ts'
import { ServiceError } from '../secrets-manager/errors.ts'
import type { Properties } from './deployment.ts'
import { allow, asJson, type Service } from './service.ts'

const variablesOf = ({ Environment }: Properties): object => Object(Object(Environment).Variables)

const path = /^\/2015-03-31\/functions\/([^/]+)\/configuration$/

export const lambdaService: Service = (plane, request) => {
  const name = path.exec(request.path)?.[1]
  if (name === undefined || request.method !== 'GET') return undefined
  return asJson(() => {
    const { deployment } = plane
    const functionName = decodeURIComponent(name).split(':').at(-1) ?? ''
    const { accountId } = deployment.place
    // As at AWS, each Region has functions of its own, and these are deployed in one.
    const region = regionOf(request.headers.authorization) ?? deployment.place.region
    const FunctionArn = `arn:aws:lambda:${region}:${accountId}:function:${functionName}`
    allow(plane, request, 'lambda:GetFunctionConfiguration', FunctionArn)
    const found = region === deployment.place.region ? deployment.functions.get(functionName) : undefined
    if (found === undefined) {
      throw new ServiceError('ResourceNotFoundException', `Function not found: ${FunctionArn}`, 404)
    }
    const { Runtime, Handler, Timeout, MemorySize, Architectures, Role, Description } = found
    const Environment = { Variables: { ...variablesOf(found), ...embeddedVariables } }
    return {
      FunctionName: functionName,
      FunctionArn,
      State: 'Active',
      LastUpdateStatus: 'Successful',
      LastModified: new Date(plane.since).toISOString().replace('Z', '+0000'),
      ...{ Runtime, Handler, Timeout, MemorySize, Environment, Architectures, Role, Description },
    }
  })
}
