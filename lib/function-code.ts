// One CommonJS file per function, made by esbuild at synth: no Docker, no lock file, the same bytes on every machine.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AssetHashType, DockerImage } from 'aws-cdk-lib'
import { Code } from 'aws-cdk-lib/aws-lambda'
import { type BuildOptions, buildSync } from 'esbuild'

const root = join(import.meta.dirname, '..')

/** undici's index carries all of it, 735 KB; this module of ours re-exports the parts that are used. */
const partsOfUndici = join(root, 'lambda/adapters/undici.ts')

/** Stands our module in for the package, also where the AWS SDK imports it. The parts themselves stay the package's. */
const alias = existsSync(partsOfUndici)
  ? { undici: partsOfUndici, 'undici/lib': join(dirname(fileURLToPath(import.meta.resolve('undici/package.json'))), 'lib') }
  : {}

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
}

/**
 * Bundles an entry file, the AWS SDK included, into `<directory>/index.js`.
 *
 * @param entry path of the TypeScript file, relative to the package or absolute
 * @throws esbuild's BuildFailure, which names the file and the line
 */
export const bundle = (entry: string, directory: string): void => {
  buildSync({
    ...buildOptions,
    entryPoints: [entry],
    outfile: join(directory, 'index.js'),
    alias,
  })
}

/** An asset with the bundle of an entry file. Its hash is that of the bundle, so that only a change of code redeploys. */
export const functionCode = (entry: string): Code =>
  Code.fromAsset(join(root, 'lambda'), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('never-used'),
      // Not run. The CDK tells assets of one directory apart by this, and not by the function below.
      command: [entry],
      local: {
        tryBundle: (directory) => {
          bundle(entry, directory)
          return true
        },
      },
    },
  })
