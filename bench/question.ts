// A process of its own that is asked one question after another: its time and memory count for no one else.

import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

interface Reply {
  readonly answer?: unknown
  readonly error?: string
}

export interface Answering {
  ask(question: object): Promise<unknown>
  stop(): Promise<void>
}

/** @param module a module that calls `answerQuestions` */
export const startAnswering = (module: URL, args: readonly string[] = []): Answering => {
  const child = fork(fileURLToPath(module), args, {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let complaints = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaints += text
  })
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve())
  })
  return {
    ask: (question) => exchange(child, question, () => complaints),
    stop: async () => {
      child.kill()
      await ended
    },
  }
}

const exchange = (child: ChildProcess, question: object, complaints: () => string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const exited = () => reject(new Error(`a process of the benchmark has ended: ${complaints()}`))
    child.once('exit', exited)
    child.once('message', ({ answer, error }: Reply) => {
      child.off('exit', exited)
      if (error === undefined) resolve(answer)
      else reject(new Error(error))
    })
    child.send(question)
  })

/** In the process itself. */
export const answerQuestions = (answer: (question: unknown) => unknown): void => {
  process.on('message', async (question) => {
    try {
      process.send?.({ answer: await answer(question) })
    } catch (error) {
      process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    }
  })
}
