// One CommonJS file per function, made by esbuild: no Docker, no lock file, the same bytes on every machine.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, buildSync } from 'esbuild'

const root = join(import.meta.dirname, '../..')
const undici = join(dirname(fileURLToPath(import.meta.resolve('undici/package.json'))), 'lib')

/** undici's index imports all of undici, 735 KB. This module re-exports only the used parts. */
const partsOfUndici = join(root, 'lambda/adapters/undici.ts')

/** Modules of ours in place of packages, also for imports by the SDK. The parts of undici still come from the package. */
const alias = {
  '@aws-sdk/credential-provider-node': join(root, 'lib/bundled/credentials-of-the-role.ts'),
  undici: partsOfUndici,
  'undici/lib': undici,
}

const buildOptions: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  mainFields: ['module', 'main'],
  minify: true,
  legalComments: 'none',
  sourcemap: false,
  logLevel: 'warning',
  alias,
  // undici's own switch for bundles: leaves out its second, experimental HTTP parser (151 KB).
  define: { esbuildDetection: 'true' },
  // Its HTTP parser for processors without SIMD (78 KB). All processors of Lambda have SIMD.
  external: [join(undici, 'llhttp/llhttp-wasm.js')],
}

/**
 * Bundles an entry file, the AWS SDK included, into `<directory>/index.js`.
 *
 * @param entry path of the TypeScript file, relative to the package or absolute
 * @throws esbuild's BuildFailure, which names the file and the line
 */
export const bundle = (entry: string, directory: string): void => {
  // Written by us, because esbuild makes the path of an external module relative to another folder.
  const { outputFiles } = buildSync({
    ...buildOptions,
    entryPoints: [entry],
    outfile: join(root, 'index.js'),
    write: false,
  })
  mkdirSync(directory, { recursive: true })
  for (const { contents } of outputFiles) writeFileSync(join(directory, 'index.js'), contents)
}
