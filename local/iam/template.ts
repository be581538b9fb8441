// The parts of a synthesized CloudFormation template that this code reads: resources by type, functions by name.

import * as v from 'valibot'

const resource = v.looseObject({
  Type: v.string(),
  Properties: v.optional(v.record(v.string(), v.unknown()), {}),
  Metadata: v.optional(v.record(v.string(), v.unknown()), {}),
})
const schema = v.looseObject({ Resources: v.record(v.string(), resource) })

export type Resource = v.InferOutput<typeof resource>
export type Template = v.InferOutput<typeof schema>

/** @param json what `JSON.parse` makes of the template's file */
export const readTemplate = (json: unknown): Template => v.parse(schema, json)

export const resourcesOf = ({ Resources }: Template, type: string): readonly (readonly [string, Resource])[] =>
  Object.entries(Resources).filter(([, { Type }]) => Type === type)

/** The Lambda function that is deployed under this name. */
export const functionNamed = (template: Template, name: string): Resource => {
  const all = resourcesOf(template, 'AWS::Lambda::Function')
  const found = all.find(([, { Properties }]) => Properties.FunctionName === name)
  if (found === undefined) throw new Error(`the template has no function named ${name}`)
  return found[1]
}
