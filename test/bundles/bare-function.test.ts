// What a function finds around it, and what becomes of it: with bundles of a line each.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { BareFunction } from '../../local/functions/bare-function.ts'
import { coldStart } from '../../local/functions/cold-start.ts'
import { temporary } from '../lib/support.ts'

const assetWith = (code: string): string => {
  const asset = join(temporary(), 'asset')
  mkdirSync(asset)
  writeFileSync(join(asset, 'index.js'), code)
  return asset
}

const environment = { ONLY: 'this' }

const start = async (code: string, timeoutSeconds = 20): Promise<BareFunction> => {
  const bare = await BareFunction.start({ asset: assetWith(code), environment, timeoutSeconds })
  onTestFinished(() => bare.stop())
  return bare
}

describe('a function in its own process', () => {
  test('finds its environment and nothing of ours, and is where its code is', async () => {
    const bare = await start('exports.handler = async () => [process.env, process.cwd(), __dirname]')
    expect(await bare.invoke({})).toEqual({ answer: [{ ONLY: 'this' }, bare.directory, bare.directory] })
  })

  test('gets the event and the time it has left', async () => {
    const bare = await start('exports.handler = async (event, c) => [event, c.getRemainingTimeInMillis() > 19000]')
    expect(await bare.invoke({ a: 1 })).toEqual({ answer: [{ a: 1 }, true] })
  })

  test('is loaded once, and answers one event after another', async () => {
    const bare = await start('let n = 0; exports.handler = async () => ++n')
    expect([await bare.invoke({}), await bare.invoke({})]).toEqual([{ answer: 1 }, { answer: 2 }])
  })

  test('works on one event at a time', async () => {
    const bare = await start('exports.handler = async () => {}')
    const first = bare.invoke({})
    await expect(bare.invoke({})).rejects.toThrow('one event at a time')
    expect(await first).toEqual({ answer: null })
  })

  test('has what it prints kept, also what comes of an error', async () => {
    const bare = await start('exports.handler = async () => { console.log("one"); throw new RangeError("two") }')
    expect(await bare.invoke({})).toEqual({ errorType: 'RangeError', errorMessage: 'two' })
    await bare.stop()
    expect(bare.printed).toMatch(/one\n\{.*"level":"ERROR".*"errorType":"RangeError","errorMessage":"two"/)
  })

  test('that does not load says why', async () => {
    const bare = await start('require("undici")')
    expect(await bare.invoke({})).toMatchObject({
      errorMessage: expect.stringContaining("Cannot find module 'undici'"),
    })
  })

  test('that ends by itself is distinguished from an answer', async () => {
    const bare = await start('exports.handler = async () => process.exit(3)')
    const ended = { errorType: 'Runtime.ExitError', errorMessage: 'the process ended with status 3' }
    expect(await bare.invoke({})).toEqual(ended)
    expect(await bare.invoke({})).toEqual(ended)
  })

  test('that takes too long is stopped', async () => {
    const bare = await start('exports.handler = () => new Promise(() => setInterval(() => {}, 1000))', 0.5)
    expect(await bare.invoke({})).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: 'Task timed out after 0.5 seconds',
    })
  })
})

test('a cold start is measured from the start of the process to the first answer', async () => {
  const asset = assetWith('exports.handler = () => new Promise((resolve) => setTimeout(resolve, 200, "done"))')
  const { milliseconds, invoked } = await coldStart({ asset, environment, timeoutSeconds: 20 }, {})
  expect(invoked).toEqual({ answer: 'done' })
  expect(milliseconds).toBeGreaterThan(200)
})
