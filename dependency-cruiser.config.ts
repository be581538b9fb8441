// Which folder may import which (ARCHITECTURE.md). `npm run layers` checks it, and so does test/layers.test.ts.

import type { IConfiguration } from 'dependency-cruiser'

/** Files of lambda/core that the command needs, so that it reads and writes secrets and tags as the functions do. */
const coreOfTheCommand = [
  'failures/(classify|failure-table)',
  'login/(authority|login|login-text|token-endpoint-hosts)',
  'sign-in/(link|suggested-parameters)',
  'secrets/(client|decode|redacted|unknown-key|version-id)',
  'tags/(hints|read-client-tags|status)',
  'tokens/next-grant',
]

/** These build the dependencies of the handlers from embedded services. */
const localCompositions = '^local/((stack|sign-in-page)\\.ts|demo/)'

const configuration = {
  forbidden: [
    {
      name: 'no-circle',
      comment: 'Move the type or value that both files need to a file of its own.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'imports-resolve',
      comment: 'A mistyped path would escape every other rule. Only bench/package.json names these packages.',
      severity: 'error',
      from: { pathNot: '^bench/contenders/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'core-is-pure',
      comment: 'Core decides over plain data. Of lambda/ it imports only core and the contract.',
      severity: 'error',
      from: { path: '^lambda/core/' },
      to: { path: '^lambda/', pathNot: '^lambda/(core/|contract\\.ts$)' },
    },
    {
      name: 'core-has-no-input-and-output',
      comment: 'Of packages, core uses the decoder; of Node.js, hashes and printing.',
      severity: 'error',
      from: { path: '^lambda/core/' },
      to: { path: '.', pathNot: '^(lambda/|node_modules/(leven|valibot)/|(node:)?(crypto|util)$)' },
    },
    {
      name: 'contract-imports-nothing',
      comment: 'Infrastructure and runtime share the contract, so it must be free of both.',
      severity: 'error',
      from: { path: '^lambda/contract\\.ts$' },
      to: { path: '.' },
    },
    {
      name: 'use-cases-see-ports-only',
      comment: 'Adapters reach a use case through the object of ports.',
      severity: 'error',
      from: { path: '^lambda/(usecases/|ports\\.ts$)' },
      to: { path: '^lambda/', pathNot: '^lambda/(usecases/|core/|ports\\.ts$|contract\\.ts$)' },
    },
    {
      name: 'ports-know-no-use-case',
      comment: 'A port says what a use case needs, never who uses it.',
      severity: 'error',
      from: { path: '^lambda/ports\\.ts$' },
      to: { path: '^lambda/usecases/' },
    },
    {
      name: 'adapters-know-no-use-case',
      comment: 'An adapter implements a port. Handlers connect the two.',
      severity: 'error',
      from: { path: '^lambda/adapters/' },
      to: { path: '^lambda/', pathNot: '^lambda/(adapters/|core/|ports\\.ts$|contract\\.ts$)' },
    },
    {
      name: 'lambda-stands-alone',
      comment: 'The deployed functions carry no infrastructure, no command and no emulation.',
      severity: 'error',
      from: { path: '^lambda/' },
      to: { path: '^(lib|cli|local|bin|build|bench|examples|node_modules/(aws-cdk-lib|constructs))/' },
    },
    {
      name: 'lib-sees-the-contract',
      comment: 'Infrastructure and runtime share names through lambda/contract.ts alone.',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^(lambda|cli|local|bin|build|bench|examples)/', pathNot: '^lambda/contract\\.ts$' },
    },
    {
      name: 'bin-composes-lib',
      comment: 'The CDK app only builds the stack.',
      severity: 'error',
      from: { path: '^bin/' },
      to: { path: '^(lambda|cli|local|bench|examples)/' },
    },
    {
      name: 'cli-sees-decoders-of-core',
      comment: 'Each file that the command takes from core is in the list above; it never runs a use case itself.',
      severity: 'error',
      from: { path: '^cli/' },
      to: {
        path: '^lambda/',
        pathNot: [`^lambda/core/(${coreOfTheCommand.join('|')})\\.ts$`, '^lambda/contract\\.ts$'],
      },
    },
    {
      name: 'cli-loads-no-infrastructure',
      comment: 'aws-cdk-lib would take seconds to load. did-you-mean.ts imports nothing.',
      severity: 'error',
      from: { path: '^cli/' },
      to: {
        path: '^(lib|local|bin|build|bench|examples|node_modules/(aws-cdk-lib|constructs))/',
        pathNot: '^lib/settings/(did-you-mean|role-name)\\.ts$',
      },
    },
    {
      name: 'emulations-see-the-contract',
      comment: 'A service that is emulated with the code under test would confirm its mistakes.',
      severity: 'error',
      from: { path: '^local/', pathNot: localCompositions },
      to: { path: '^lambda/', pathNot: '^lambda/contract\\.ts$' },
    },
    {
      name: 'local-enters-by-the-handlers',
      comment: 'Local runs call the handlers with real adapters, never a use case behind them.',
      severity: 'error',
      from: { path: localCompositions },
      to: { path: '^lambda/(usecases/|refresh\\.ts$|bootstrap\\.ts$)' },
    },
    {
      name: 'local-has-no-command',
      comment: 'The command is tested against local; a circle of folders would follow.',
      severity: 'error',
      from: { path: '^local/' },
      to: { path: '^(cli|bin|build|bench|examples)/' },
    },
    {
      name: 'nothing-imports-tests',
      comment: 'What a test shares with a product file belongs to the product. Measurements use the worlds of tests.',
      severity: 'error',
      from: { pathNot: '^(test|bench)/' },
      to: { path: '^test/' },
    },
  ],
  options: {
    // TypeScript 7 has no API that dependency-cruiser can use yet. swc sees `import type` too; it stops at a `using` declaration.
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['node', 'import', 'require', 'default'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
  },
} satisfies IConfiguration

export default configuration
