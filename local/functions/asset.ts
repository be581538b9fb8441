// Where the code of a deployed function is in a cloud assembly.

import { join } from 'node:path'
import * as v from 'valibot'
import { functionNamed, readTemplate } from '../iam/template.ts'

const fromAsset = v.looseObject({ S3Key: v.string() })

/**
 * @param assembly the directory that `app.synth()` has written
 * @param json the stack's template
 * @returns the directory that is uploaded as the function's code
 */
export const assetOf = (assembly: string, json: unknown, functionName: string): string => {
  const { Properties, Metadata } = functionNamed(readTemplate(json), functionName)
  const path = Metadata['aws:asset:path']
  if (typeof path === 'string') return join(assembly, path)
  const { S3Key } = v.parse(fromAsset, Properties.Code)
  return join(assembly, `asset.${S3Key.replace(/\.zip$/, '')}`)
}
