// The command as the tests start it: its sources in a few files of JavaScript, which a process loads in half of the time.

import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { buildSync } from 'esbuild'
import { allStories } from '../../simulation/search/bounds.ts'
import { keptFolder, putInPlace } from './kept-folder.ts'

const root = join(import.meta.dirname, '../../..')

/** What is bundled would not find the files beside it. */
const external = ['open']

/** What `require` is in the packages that are CommonJS. */
const banner =
  "import { createRequire as createRequire_ } from 'node:module'; const require = createRequire_(import.meta.url);"

/** @returns the path of its `main.js`. The same sources are written once, so that Node.js keeps the compiled code */
const bundled = (): string => {
  const cache = keptFolder('command-of-the-tests')
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: ['cli/main.ts', 'cli/run.ts'],
    outdir: join(cache, 'cli'),
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    external,
    banner: { js: banner },
    write: false,
  })
  const hash = createHash('sha256')
  for (const { path, contents } of outputFiles) hash.update(path).update(contents)
  const beside = readdirSync(join(root, 'cli/completion')).filter((name) => !name.endsWith('.ts'))
  const others = ['package.json', ...beside.map((name) => `cli/completion/${name}`)].map((path) => join(root, path))
  for (const path of others) hash.update(readFileSync(path))
  const directory = join(cache, hash.digest('hex').slice(0, 16))
  if (!existsSync(directory)) {
    const made = mkdtempSync(join(cache, 'made-'))
    mkdirSync(join(made, 'cli'))
    for (const { path, contents } of outputFiles) writeFileSync(join(made, 'cli', basename(path)), contents)
    for (const name of beside) cpSync(join(root, 'cli/completion', name), join(made, 'cli', name))
    cpSync(join(root, 'package.json'), join(made, 'package.json'))
    putInPlace(made, directory)
  }
  return join(directory, 'cli/main.js')
}

/** `npm run coverage` measures the command where it runs, in processes of its own and in its sources. */
const isMeasured = Boolean(process.env.COVERAGE_OF_COMMAND)

/** Of the process of a command, beside what the stack gives it: coverage, or compiled code, which makes coverage less exact. */
export const ofProcess: Readonly<Record<string, string>> = isMeasured
  ? { NODE_V8_COVERAGE: process.env.COVERAGE_OF_COMMAND ?? '' }
  : { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? '' }

let path: string | undefined

/** CI runs the sources as they are, as a clone does; test/cli/launcher.test.ts does so everywhere. */
const asItIs = isMeasured || allStories

/** What Node.js is given to run. */
export const commandPath = (): string => {
  path ??= asItIs ? join(root, 'cli/main.ts') : bundled()
  return path
}

/** What exports `run`, for a process that runs many commands. Undefined: each command has a process of its own. */
export const hostedPath = (): string | undefined => (asItIs ? undefined : join(dirname(commandPath()), 'run.js'))
