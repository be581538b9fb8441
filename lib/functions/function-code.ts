// The code of a function as an asset: bundled at synth in a clone, and bundled before in a package.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { AssetHashType, DockerImage } from 'aws-cdk-lib'
import { Code } from 'aws-cdk-lib/aws-lambda'

/** In a package: `npm run build` has put the bundles beside the compiled sources. */
const bundles = join(import.meta.dirname, '../../functions')

const root = join(import.meta.dirname, '../..')

/** Names of the entry files in lambda/. */
export type EntryName = (typeof entries)[number]
export const entries = ['refresh', 'refresh-with-options', 'bootstrap', 'bootstrap-with-options', 'sign-in'] as const

/** The asset's hash is that of the bundle, so only a change of code redeploys; it is the same in a clone and in a package. */
export const functionCode = (name: EntryName): Code =>
  existsSync(bundles) ? Code.fromAsset(join(bundles, name)) : bundledNow(`lambda/${name}.ts`)

const bundledNow = (entry: string): Code =>
  Code.fromAsset(join(root, 'lambda'), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('never-used'),
      // Not run. The CDK distinguishes assets of one directory by this, and not by the function below.
      command: [entry],
      local: {
        tryBundle: (directory) => {
          // A package does not contain esbuild and does not need it.
          const { bundle } = createRequire(import.meta.url)('./bundle.ts')
          bundle(entry, directory)
          return true
        },
      },
    },
  })
