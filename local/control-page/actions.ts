// The actions of the control page by name, and what a form of the page asks for.

import type { Action, Form, Notice, World } from './action.ts'
import { clientActions } from './client-actions.ts'
import { providerActions } from './provider-actions.ts'
import { userActions } from './user-actions.ts'

const actions = { ...userActions, ...clientActions, ...providerActions }

export type ActionName = keyof typeof actions

const byName: ReadonlyMap<string, Action> = new Map(Object.entries(actions))

export interface Done {
  readonly notice: Notice
  /** Why nothing was changed. */
  readonly problem?: string
}

export const perform = (world: World, given: URLSearchParams): Done => {
  const action = byName.get(given.get('action') ?? '')
  if (action === undefined) return { notice: [], problem: 'There is no such action.' }
  try {
    return { notice: action(world, formOf(given)) }
  } catch (error) {
    return { notice: [], problem: `Nothing was changed: ${error instanceof Error ? error.message : error}.` }
  }
}

const formOf = (given: URLSearchParams): Form => ({
  field: (name) => {
    const value = given.get(name)?.trim() ?? ''
    if (value === '') throw new Error(`${name} is missing`)
    return value
  },
  isChecked: (name) => given.has(name),
})
