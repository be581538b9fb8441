// npm start: a year of token-refresher on this machine. The year is loaded when arguments and login file were read, so that
// wrong ones are reported at once.

import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { SingleBar } from 'cli-progress'
import picocolors from 'picocolors'
import { type DemoOptions, readOptions, usage } from './options.ts'
import { picture } from './picture.ts'

/** Only a terminal gets colours, regardless of the environment. */
const colors = picocolors.createColors(process.stdout.isTTY === true && process.env.NO_COLOR === undefined)

const defaultLogin = fileURLToPath(new URL('login.json', import.meta.url))

const main = async (): Promise<number> => {
  let options: DemoOptions
  try {
    options = readOptions(process.argv.slice(2), defaultLogin)
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n\n${usage}`)
    return 2
  }
  if (options.help) {
    process.stdout.write(usage)
    return 0
  }
  try {
    return await run(await readFile(options.login, 'utf8'), options)
  } catch (error) {
    process.stderr.write(`npm start failed with login file ${options.login}: ${reasonOf(error)}\n`)
    return 1
  }
}

const run = async (loginText: string, options: DemoOptions): Promise<number> => {
  if (options.live) return (await import('./live.ts')).runLive(loginText)
  return options.json ? printData(loginText, options) : printPicture(loginText, options)
}

const printData = async (loginText: string, { days }: DemoOptions): Promise<number> => {
  const { runYear } = await import('./year.ts')
  const report = await runYear({ loginText, days })
  process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`)
  return report.held ? 0 : 1
}

const printPicture = async (loginText: string, { days, login }: DemoOptions): Promise<number> => {
  const { runYear } = await import('./year.ts')
  const file = login === defaultLogin ? 'local/demo/login.json' : login
  process.stdout.write(
    [
      `${colors.bold('token-refresher')}: ${days === 365 ? 'a year' : days === 1 ? 'a day' : `${days} days`} on this machine`,
      '',
      `The deployed code, with an embedded AWS Secrets Manager and an embedded Microsoft Entra on loopback and one`,
      `accelerated clock. Login: ${file}. A tick every 5 minutes. Press Ctrl-C to stop.`,
      '',
      '',
    ].join('\n'),
  )
  const bar = new SingleBar(
    { format: '{bar} day {value} of {total}   {refreshes} refreshes', hideCursor: true, clearOnComplete: true, fps: 8 },
    { format: '', barCompleteChar: '█', barIncompleteChar: '░' },
  )
  const terminal = process.stderr.isTTY === true
  if (terminal) bar.start(days, 0, { refreshes: 0 })
  try {
    const report = await runYear({
      loginText,
      days,
      progress: ({ day, refreshes }) => {
        if (terminal) bar.update(day, { refreshes: refreshes.toLocaleString('en-US') })
      },
    })
    bar.stop()
    process.stdout.write(`${picture(report, colors)}\n`)
    return report.held ? 0 : 1
  } finally {
    bar.stop()
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const fileProblems: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'it cannot be read',
}

const reasonOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  return fileProblems[code] ?? messageOf(error)
}

process.exitCode = await main()
