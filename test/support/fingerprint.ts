// A name for what is made of these files alone: the same as long as none of them changes, so that it is made once for all
// workers, and for later runs.

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/**
 * @param paths of files and folders of the project; `package-lock.json` stands for its packages
 * @param more what else it is made of
 */
export const fingerprint = (paths: readonly string[], more: unknown = ''): string => {
  const hash = createHash('sha256').update(JSON.stringify(more))
  for (const path of paths.flatMap(filesAt)) hash.update(`${path}\n`).update(readFileSync(join(root, path)))
  return hash.digest('hex').slice(0, 16)
}

const filesAt = (path: string): readonly string[] => {
  if (statSync(join(root, path)).isFile()) return [path]
  return readdirSync(join(root, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1))
    .toSorted()
}
