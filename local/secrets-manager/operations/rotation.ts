// RotateSecret and CancelRotateSecret, as far as they go without a rotation function to call: they refuse.

import type { Operation } from '../call.ts'
import { accessDenied, invalidParameter, invalidRequest, markedDeleted } from '../errors.ts'
import { missingToken, readOptionalToken } from '../values.ts'

export const rotateSecret: Operation = (call) => {
  const { input } = call
  if (readOptionalToken(input) === undefined) throw invalidParameter(missingToken)
  const functionArn = input.string('RotationLambdaARN')
  if (functionArn !== undefined && functionArn.length > 2048) {
    throw invalidParameter('RotationLambdaARN must <= 2048 characters long.')
  }
  call.liveSecret({}, markedDeleted)
  if (functionArn === undefined) {
    throw invalidRequest('No Lambda rotation function ARN is associated with this secret.')
  }
  throw accessDenied(
    'Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com.',
  )
}

export const cancelRotateSecret: Operation = (call) => {
  call.liveSecret({}, markedDeleted)
  throw invalidRequest('No Lambda rotation function ARN is associated with this secret.')
}
