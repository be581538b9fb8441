// Storage of the secrets between two runs: none, or one JSON file for each secret.

import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Secret, Version } from './model.ts'

export interface Storage {
  load(): readonly Secret[]
  save(secret: Secret): void
  remove(name: string): void
}

export const inMemory: Storage = { load: () => [], save: () => {}, remove: () => {} }

/** A secret on disk: a list of entries in place of each map. */
interface Stored extends Omit<Secret, 'versions' | 'tags'> {
  readonly format: 1
  readonly tags?: readonly (readonly [string, string])[]
  readonly versions: readonly Version[]
}

export const onDisk = (directory: string): Storage => {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  return {
    load: () =>
      readdirSync(directory)
        .filter((file) => file.endsWith('.json'))
        .map((file) => read(join(directory, file))),
    save: (secret) => {
      const path = join(directory, fileName(secret.name))
      // A reader, and the next start after a crash, finds the old file or the new one, and never an incomplete one.
      writeFileSync(`${path}.tmp`, `${JSON.stringify(stored(secret))}\n`, { mode: 0o600 })
      renameSync(`${path}.tmp`, path)
    },
    remove: (name) => rmSync(join(directory, fileName(name)), { force: true }),
  }
}

/** A readable file name, which is unique also on a disk that ignores case or limits the length. */
const fileName = (name: string): string => {
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 16)
  return `${name.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, 100)}.${digest}.json`
}

const stored = (secret: Secret): Stored => {
  const { tags, versions, ...rest } = secret
  return { format: 1, ...rest, ...(tags && { tags: [...tags] }), versions: [...versions.values()] }
}

const read = (path: string): Secret => {
  const { format, tags, versions, ...rest } = JSON.parse(readFileSync(path, 'utf8')) as Stored
  if (format !== 1) throw new Error(`"${path}" is not a secret of this version: move it out of the directory`)
  return {
    ...rest,
    tags: tags && new Map(tags),
    versions: new Map(versions.map((version) => [version.id, version])),
  }
}
