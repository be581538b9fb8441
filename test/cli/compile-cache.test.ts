// Compiled code is kept where no other user of the machine can put code that the operator would run.

import { execFile } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { compileCacheFolder } from '../../cli/compile-cache.cjs'

const root = join(import.meta.dirname, '../..')
const parent = mkdtempSync(join(tmpdir(), 'token-refresher-cache-'))
afterAll(() => rmSync(parent, { recursive: true, force: true }))

let count = 0
/** A user's cache folder, with ours in it where a mode is given. */
const cache = ({ mode, baseMode = 0o700 }: { readonly mode?: number; readonly baseMode?: number }): string => {
  const base = join(parent, `cache-${++count}`)
  mkdirSync(base)
  if (mode !== undefined) {
    mkdirSync(join(base, 'token-refresher'))
    chmodSync(join(base, 'token-refresher'), mode)
  }
  chmodSync(base, baseMode)
  return base
}

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)

const user = process.getuid?.() ?? 0
const other = user + 1
const isRoot = user === 0

describe('the folder for compiled code', () => {
  it('is made for its user alone, with the folders above it', () => {
    const base = cache({})
    const folder = compileCacheFolder(join(base, 'not/yet/there'))
    expect(folder).toBe(join(base, 'not/yet/there/token-refresher'))
    expect(modeOf(folder ?? '')).toBe('700')
    expect(modeOf(join(base, 'not'))).toBe('700')
  })

  it.each([0o770, 0o707, 0o720, 0o702, 0o710, 0o750, 0o755, 0o777])('is refused with mode %o', (mode) => {
    expect(compileCacheFolder(cache({ mode: 0o700 }))).toBeDefined()
    expect(compileCacheFolder(cache({ mode }))).toBeUndefined()
  })

  it.each([0o770, 0o707, 0o720, 0o702, 0o777])('is refused below a folder with mode %o', (baseMode) => {
    const base = cache({ mode: 0o700, baseMode })
    expect(compileCacheFolder(base)).toBeUndefined()
    expect(compileCacheFolder(join(base, 'deeper'))).toBeUndefined()
    expect(existsSync(join(base, 'deeper'))).toBe(false)
  })

  it('is refused when it is a symbolic link, a file or a link to nowhere', () => {
    const target = cache({})
    for (const [index, to] of [target, join(root, 'package.json'), join(parent, 'nowhere')].entries()) {
      const base = cache({})
      symlinkSync(to, join(base, 'token-refresher'))
      expect({ index, folder: compileCacheFolder(base) }).toEqual({ index, folder: undefined })
    }
  })

  it('is the real one where a folder above is a link, and what the link leads to is checked', () => {
    const [good, bad] = [cache({}), cache({ baseMode: 0o777 })]
    symlinkSync(good, join(parent, 'link-good'))
    symlinkSync(bad, join(parent, 'link-bad'))
    expect(compileCacheFolder(join(parent, 'link-good'))).toBe(join(good, 'token-refresher'))
    expect(compileCacheFolder(join(parent, 'link-bad'))).toBeUndefined()
  })

  it('is refused when it, or a folder above it, is another user’s', () => {
    expect(compileCacheFolder(cache({ mode: 0o700 }), other)).toBeUndefined()
    // Root is trusted as the owner of a parent folder alone.
    expect(compileCacheFolder(cache({}), other)).toBeUndefined()
  })

  it.runIf(isRoot)('is refused when another user planted it, or owns the folder above it', () => {
    const planted = cache({ mode: 0o700 })
    chownSync(join(planted, 'token-refresher'), other, other)
    expect(compileCacheFolder(planted)).toBeUndefined()
    const below = cache({ mode: 0o700 })
    chownSync(below, other, other)
    expect(compileCacheFolder(below)).toBeUndefined()
  })

  it('does not follow a relative path', () => {
    expect(String(compileCacheFolder('relative'))).not.toContain('relative')
    expect(existsSync('relative')).toBe(false)
  })
})

describe('the command', () => {
  const environment = (more: Record<string, string>) => ({ HOME: cache({}), TMPDIR: cache({}), ...more })
  const start = (env: Record<string, string>) =>
    promisify(execFile)(process.execPath, [join(root, 'cli/launcher.cjs'), '--version'], { env })

  it('leaves nothing in the folder for temporary files', async () => {
    const where = environment({})
    await start(where)
    expect(readdirSync(where.TMPDIR)).toEqual([])
    expect(readdirSync(join(where.HOME, '.cache/token-refresher'))).toHaveLength(1)
  })

  it.runIf(isRoot)('neither reads nor writes a folder that another user planted', async () => {
    const planted = cache({ mode: 0o700 })
    chownSync(join(planted, 'token-refresher'), other, other)
    const where = environment({ XDG_CACHE_HOME: planted })
    expect((await start(where)).stdout).toMatch(/^\d/)
    expect(readdirSync(join(planted, 'token-refresher'))).toEqual([])
    expect(readdirSync(where.TMPDIR)).toEqual([])
  })
})

it('no source file names a path below the folder for temporary files that can be guessed', () => {
  const folders = ['bench', 'bin', 'cli', 'lambda', 'lib', 'local']
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.[cm]?[jt]s$/.test(name) && !name.includes('node_modules'))
      .map((name) => join(folder, name)),
  )
  expect(files.length).toBeGreaterThan(100)
  const wrong = files.filter((file) => {
    const text = readFileSync(join(root, file), 'utf8').replaceAll(/mkdtemp(Sync)?\(join\(tmpdir\(\), /g, '')
    const caches = file === 'cli/compile-cache.cjs' ? text.replace('enableCompileCache(folder)', '') : text
    return /tmpdir\(|['"`]\/(var\/)?tmp\b|TMPDIR|enableCompileCache\(/.test(caches)
  })
  expect(wrong).toEqual([])
})
