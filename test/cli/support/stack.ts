// The stack that the command works against: as deployed, with a tenant, a client and users that it knows.

import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateSecretCommand, PutSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { afterAll } from 'vitest'
import { secretsManagerClient } from '../../../lambda/adapters/secrets-manager.ts'
import { defaultTiming, type Room, secretName } from '../../../lambda/contract.ts'
import { encodeGrant, type Grant } from '../../../lambda/core/secrets/grant.ts'
import { successTags } from '../../../lambda/core/tags/status.ts'
import { type DeployedStack, type DeployedStackOptions, startDeployedStack } from '../../../local/deployed-stack.ts'
import { readSynthesized, type SynthesizedStack, synthesize } from '../../../local/functions/synthesized.ts'
import { sampleGrant } from '../../support/core-samples.ts'
import { fingerprint } from '../../support/fingerprint.ts'
import { keptFolder, putInPlace } from './kept-folder.ts'

export interface CommandStack extends DeployedStack {
  readonly directory: string
  readonly tenantId: string
  readonly clientId: string
  readonly clientSecret: string
  /** What every command is started with: nothing of this machine's own AWS configuration. */
  readonly environment: Readonly<Record<string, string>>
  /** A person who may do everything. */
  readonly aws: SecretsManagerClient
  addUser(options?: { readonly mfa?: boolean }): { readonly userName: string; readonly password: string }
  /** A login as a file would have it. */
  login(user: { readonly userName: string; readonly password: string }): Record<string, string>
  /** Bootstraps through the functions, without the command. */
  connect(connection: string, change?: Record<string, unknown>): Promise<void>
  /** A connection as its tags show it, made without a provider. */
  pretend(connection: string, change?: Partial<Grant>, tags?: Record<string, string>): Promise<void>
  /** Names in a room. */
  names(room: Room, ...candidates: readonly string[]): readonly string[]
  /** Every leftover login. */
  logins(): readonly string[]
}

/** One for all tests, so that each does not compile the same code again: half of a command's time. */
const compiledCode = join(import.meta.dirname, '../../../node_modules/.cache')

const synthesized = new Map<string, SynthesizedStack>()

/** What a deployment is made of. */
const sources = ['lib', 'lambda', 'local/functions', 'cdk.json', 'package.json', 'package-lock.json']

/** Each deployment is synthesized and bundled once for all workers: nothing is changed in it. */
const synthesizedOnce = (settings: DeployedStackOptions['settings'] = {}): SynthesizedStack => {
  const key = JSON.stringify(settings)
  const known = synthesized.get(key)
  if (known !== undefined) return known
  const folder = keptFolder('assemblies-of-the-tests')
  const directory = join(folder, fingerprint(sources, settings))
  if (!existsSync(directory)) {
    const made = mkdtempSync(join(folder, 'made-'))
    synthesize(made, settings)
    putInPlace(made, directory)
  }
  const read = readSynthesized(directory, settings)
  synthesized.set(key, read)
  return read
}

/** Closed when the tests of the file are over. */
export const startCommandStack = async (
  options: Omit<DeployedStackOptions, 'assembly'> = {},
): Promise<CommandStack> => {
  const directory = mkdtempSync(join(tmpdir(), 'token-refresher-command-'))
  const stack = await startDeployedStack({ assembly: synthesizedOnce(options.settings), ...options })
  afterAll(async () => {
    await stack.close()
    rmSync(directory, { recursive: true, force: true })
  })
  const { entra, secretsManager, awsUrl, tokenEndpoint } = stack
  const tenant = entra.addTenant({ domains: ['example.com'] })
  const { clientId } = entra.addClient({ tenantId: tenant.id, multiTenant: true, redirectUris: ['http://localhost'] })
  const { value: clientSecret } = entra.addClientSecret(clientId)
  const credentials = { accessKeyId: stack.accessKeys.administrator, secretAccessKey: randomUUID() }
  const aws = secretsManagerClient({ endpoint: awsUrl, region: 'eu-central-1', credentials })
  const addUser: CommandStack['addUser'] = ({ mfa = false } = {}) => {
    const userName = `${randomUUID().slice(0, 8)}@example.com`
    const { password } = entra.addUser({ tenantId: tenant.id, userName, mfa })
    return { userName, password }
  }
  const login: CommandStack['login'] = ({ userName, password }) => ({
    token_endpoint: tokenEndpoint,
    client_id: clientId,
    client_secret: clientSecret,
    scope: 'Mail.ReadWrite offline_access',
    userName,
    password,
  })
  const name = (room: Room, of: string) => secretName('token-refresher', room, of)
  return {
    ...stack,
    directory,
    tenantId: tenant.id,
    clientId,
    clientSecret,
    aws,
    addUser,
    login,
    environment: {
      PATH: process.env.PATH ?? '',
      HOME: directory,
      XDG_CACHE_HOME: compiledCode,
      AWS_ENDPOINT_URL: awsUrl,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: stack.accessKeys.operator,
      AWS_SECRET_ACCESS_KEY: randomUUID(),
    },
    connect: async (connection, change = {}) => {
      const SecretString = JSON.stringify({ ...login(addUser()), another_account: true, ...change })
      await aws.send(new CreateSecretCommand({ Name: name('logins', connection), SecretString }))
      await stack.invoke('bootstrap', { connection })
    },
    pretend: async (connection, change = {}, tags = {}) => {
      const grant = sampleGrant({ client_id: clientId, ...change })
      const id = randomUUID()
      const all = { ...successTags(connection, grant, id, defaultTiming), ...tags }
      await aws.send(
        new CreateSecretCommand({
          Name: name('grants', connection),
          ClientRequestToken: id,
          SecretString: encodeGrant(grant).reveal(),
          Tags: Object.entries(all).map(([Key, Value]) => ({ Key, Value })),
        }),
      )
    },
    names: (room, ...candidates) => candidates.filter((one) => secretsManager.inspect(name(room, one)) !== undefined),
    logins: () => secretsManager.namesUnder(name('logins', '')),
  }
}

export const put = (stack: CommandStack, room: Room, of: string, value: unknown) =>
  stack.aws.send(
    new PutSecretValueCommand({
      SecretId: secretName('token-refresher', room, of),
      SecretString: JSON.stringify(value),
    }),
  )
