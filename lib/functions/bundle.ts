// One CommonJS file per function, made by esbuild: no Docker, no lock file, the same bytes on every machine.

import { join } from 'node:path'
import { type BuildOptions, buildSync } from 'esbuild'

const root = join(import.meta.dirname, '../..')

/** No module stands in for another one, and none is left out: docs/decisions/bundling.md has what each would bring. */
const buildOptions: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  // From ES modules esbuild leaves out what is not used.
  mainFields: ['module', 'main'],
  minify: true,
  legalComments: 'none',
  sourcemap: false,
  logLevel: 'warning',
}

/**
 * Bundles an entry file, the AWS SDK included, into `<directory>/index.js`.
 *
 * @param entry path of the TypeScript file, relative to the package or absolute
 * @throws esbuild's BuildFailure, which names the file and the line
 */
export const bundle = (entry: string, directory: string): void => {
  buildSync({ ...buildOptions, entryPoints: [entry], outfile: join(directory, 'index.js') })
}
