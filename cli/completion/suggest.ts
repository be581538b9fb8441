// What may come next on a command line: from the definitions of the commands, and the existing connections.

import type { CommandUnknownOpts } from '@commander-js/extra-typings'

type CommandOption = CommandUnknownOpts['options'][number]

export interface Suggestion {
  readonly value: string
  readonly description: string
}

export interface Suggestions {
  readonly values: readonly Suggestion[]
  /** The name of a file may come next; the shell knows them. */
  readonly files: boolean
}

/** The state of a command line after some words. */
export interface Place {
  readonly command: CommandUnknownOpts
  /** The option that needs a value next. */
  readonly option: CommandOption | undefined
  /** The number of arguments so far. */
  readonly position: number
  /** After `--` there are no options. */
  readonly optionsEnded: boolean
  /** Values of the global options, by the name that the command line has for them: `{ region: 'eu-central-1' }`. */
  readonly globals: Readonly<Record<string, string>>
}

/** Arguments of this name are names of connections. */
const connectionArgument = 'connection'

export const placeAfter = (words: readonly string[], root: CommandUnknownOpts): Place =>
  words.reduce((place, word) => next(place, word, root), {
    command: root,
    option: undefined,
    position: 0,
    optionsEnded: false,
    globals: {},
  } satisfies Place as Place)

const next = (place: Place, word: string, root: CommandUnknownOpts): Place => {
  const { command, option, position, optionsEnded } = place
  if (option !== undefined) return withValue({ ...place, option: undefined }, option, word)
  if (!optionsEnded && word === '--') return { ...place, optionsEnded: true }
  if (!optionsEnded && word.startsWith('-')) {
    const { name, value } = parts(word)
    const found = optionOf(name, command, root)
    if (found === undefined || !takesValue(found)) return place
    return value === undefined ? { ...place, option: found } : withValue(place, found, value)
  }
  const child = command.commands.find((one) => one.name() === word || one.aliases().includes(word))
  return child === undefined ? { ...place, position: position + 1 } : { ...place, command: child, position: 0 }
}

const withValue = (place: Place, option: CommandOption, value: string): Place => ({
  ...place,
  globals: { ...place.globals, [option.attributeName()]: value },
})

/** @param words what was typed; the last one may be incomplete */
export const suggest = async (
  words: readonly string[],
  root: CommandUnknownOpts,
  connections: (place: Place) => Promise<readonly string[]>,
): Promise<Suggestions> => {
  const typed = words.at(-1) ?? ''
  const place = placeAfter(words.slice(0, -1), root)
  const { command, option, optionsEnded } = place
  if (option !== undefined) return valuesOf(option, typed)
  if (typed.startsWith('-') && !optionsEnded) {
    const { name, value } = parts(typed)
    const found = optionOf(name, command, root)
    if (value !== undefined) return found === undefined ? none : valuesOf(found, value, `${name}=`)
    return beginningWith(typed, optionsOf(command, root))
  }
  const argument = command.registeredArguments[place.position] ?? lastIfVariadic(command)
  const choices = argument?.name() === connectionArgument ? await connections(place) : (argument?.argChoices ?? [])
  const commands = place.position > 0 ? [] : command.commands
  return beginningWith(typed, [
    ...commands
      .filter((one) => !isHidden(one, root))
      .map((one) => ({ value: one.name(), description: one.description() })),
    ...choices.map((value) => ({ value, description: argument?.description ?? '' })),
  ])
}

const none: Suggestions = { values: [], files: false }

/** `--mode=fresh`, or `--mode` alone. */
const parts = (word: string): { readonly name: string; readonly value: string | undefined } => {
  const at = word.indexOf('=')
  return at < 0 ? { name: word, value: undefined } : { name: word.slice(0, at), value: word.slice(at + 1) }
}

const optionOf = (name: string, command: CommandUnknownOpts, root: CommandUnknownOpts): CommandOption | undefined =>
  [...command.options, ...root.options].find(({ long, short }) => name === long || name === short)

const takesValue = ({ required, optional }: CommandOption): boolean => required || optional

/** The flags of an option show whether it takes a file. */
export const takesFile = ({ flags }: CommandOption): boolean => flags.endsWith(' <file>')

const valuesOf = (option: CommandOption, typed: string, before = ''): Suggestions => {
  if (takesFile(option)) return { values: [], files: true }
  const choices = (option.argChoices ?? []).map((value) => ({ value: `${before}${value}`, description: '' }))
  return beginningWith(`${before}${typed}`, choices)
}

const optionsOf = (command: CommandUnknownOpts, root: CommandUnknownOpts): readonly Suggestion[] => {
  const everywhere = root.options.filter((option) => command === root || option.name() !== 'version')
  const all = new Map([...command.options, ...everywhere].map((option) => [option.long ?? '', option.description]))
  return [...all, ['--help', 'show what can be typed']].map(([value = '', description = '']) => ({
    value,
    description,
  }))
}

const lastIfVariadic = ({ registeredArguments }: CommandUnknownOpts) => {
  const last = registeredArguments.at(-1)
  return last?.variadic ? last : undefined
}

const isHidden = (command: CommandUnknownOpts, root: CommandUnknownOpts): boolean =>
  !root
    .createHelp()
    .visibleCommands(command.parent ?? root)
    .includes(command)

const beginningWith = (typed: string, all: readonly Suggestion[]): Suggestions => ({
  values: all.filter(({ value }) => value.startsWith(typed)),
  files: false,
})
