// Other Regions: copies of what is published, the loss of the deployment's own Region, and a move to another one.

import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  RemoveRegionsFromReplicationCommand,
  StopReplicationToReplicaCommand,
} from '@aws-sdk/client-secrets-manager'
import { expect, onTestFinished, test } from 'vitest'
import { secretsManagerClient, secretsManagerStore } from '../../lambda/adapters/secrets-manager.ts'
import { secretName } from '../../lambda/contract.ts'
import { type Embedded, embedded, handlersOver, hour } from '../support/embedded.ts'

const away = 'eu-west-1'
const SecretId = secretName('token-refresher', 'connections', 'a')

/** A deployment in a Region, with its operator's and its apps' client. */
const deployedIn = async (stack: Embedded, region: string, replicaRegions: readonly string[] = []) => {
  const { credentials } = stack.aws.config
  const client = secretsManagerClient({ endpoint: stack.awsUrl, credentials, region })
  onTestFinished(() => client.destroy())
  const settings = { ...stack.dependencies.settings, replicaRegions }
  const handlers = handlersOver({ ...stack.dependencies, settings, store: secretsManagerStore(client, settings) })
  const connect = async () => {
    const Name = secretName(settings.prefix, 'logins', 'a')
    await client.send(new CreateSecretCommand({ Name, SecretString: JSON.stringify(stack.login) }))
    return handlers.bootstrap({ connection: 'a' })
  }
  /** What an app reads, and whether it works. */
  const read = async () => {
    const { ARN, SecretString = '{}' } = await client.send(new GetSecretValueCommand({ SecretId }))
    const { generation, access_token } = JSON.parse(SecretString)
    return { arn: ARN, generation, isLive: stack.entra.isLive(access_token) }
  }
  return { ...handlers, client, connect, read }
}

test('an app in another Region reads the newest token, under the same ARN but for the Region', async () => {
  const stack = await embedded()
  const home = await deployedIn(stack, 'eu-central-1', [away])
  const there = await deployedIn(stack, away)
  const { secret } = await home.connect()
  const arn = secret.replace('eu-central-1', away)
  expect(await there.read()).toEqual({ arn, generation: 1, isLive: true })
  stack.clock.advance(2 * hour)
  expect(await home.refresh()).toMatchObject({ refreshed: 1 })
  expect(await there.read()).toEqual({ arn, generation: 2, isLive: true })
})

test('the own Region among them is left out, for a deployment may not know its Region', async () => {
  const stack = await embedded()
  const home = await deployedIn(stack, 'eu-central-1', ['eu-central-1', away])
  await home.connect()
  expect(await (await deployedIn(stack, away)).read()).toMatchObject({ generation: 1, isLive: true })
  const alone = await embedded()
  const uncopied = await deployedIn(alone, 'eu-central-1', ['eu-central-1'])
  await uncopied.connect()
  expect(await uncopied.read()).toMatchObject({ generation: 1, isLive: true })
})

test('a Region that there is not fails the bootstrap and loses nothing: without it, the next tick publishes', async () => {
  const stack = await embedded()
  const wrong = await deployedIn(stack, 'eu-central-1', ['eu-nowhere-99'])
  await expect(wrong.connect()).rejects.toThrow('InvalidParameterException')
  const corrected = await deployedIn(stack, 'eu-central-1')
  expect(await corrected.refresh()).toMatchObject({ failed: {} })
  expect(await corrected.read()).toMatchObject({ generation: 1, isLive: true })
})

test('private secrets are not copied', async () => {
  const stack = await embedded()
  await (await deployedIn(stack, 'eu-central-1', [away])).connect()
  const there = await deployedIn(stack, away)
  expect(await there.refresh()).toMatchObject({ refreshed: 0, fresh: 0, left: 0 })
  for (const room of ['grants', 'clients', 'logins'] as const) {
    const name = room === 'clients' ? stack.clientId : 'a'
    const call = there.client.send(new GetSecretValueCommand({ SecretId: secretName('token-refresher', room, name) }))
    await expect(call).rejects.toThrow("can't find")
  }
})

test('a connection that is brought back is copied again', async () => {
  const stack = await embedded()
  const home = await deployedIn(stack, 'eu-central-1', [away])
  const there = await deployedIn(stack, away)
  await home.connect()
  const RemoveReplicaRegions = [away]
  await home.client.send(new RemoveRegionsFromReplicationCommand({ SecretId, RemoveReplicaRegions }))
  await home.client.send(new DeleteSecretCommand({ SecretId }))
  await home.connect()
  expect(await there.read()).toMatchObject({ generation: 2, isLive: true })
})

test('after the loss of the Region a promoted copy goes on there, with the same ARN and no generation twice', async () => {
  const stack = await embedded()
  await (await deployedIn(stack, 'eu-central-1', [away])).connect()
  const there = await deployedIn(stack, away)
  const before = await there.read()
  await there.client.send(new StopReplicationToReplicaCommand({ SecretId }))
  await there.connect()
  expect(await there.read()).toEqual({ ...before, generation: 2 })
  stack.clock.advance(2 * hour)
  expect(await there.refresh()).toMatchObject({ refreshed: 1, failed: {} })
  expect(await there.read()).toMatchObject({ generation: 3, isLive: true })
})

test('a second deployment with a sign-in of its own disturbs the first one in nothing', async () => {
  const stack = await embedded()
  const first = await deployedIn(stack, 'eu-central-1')
  const second = await deployedIn(stack, away)
  await first.connect()
  await second.connect()
  for (const generation of [2, 3]) {
    stack.clock.advance(2 * hour)
    for (const deployment of [first, second]) {
      expect(await deployment.refresh()).toMatchObject({ refreshed: 1, failed: {} })
      expect(await deployment.read()).toMatchObject({ generation, isLive: true })
    }
  }
})
