// `doctor`: runs one check after the other, and says what to do. A check that is not possible does not stop the others.

import { explain } from '../aws/explain.ts'
import type { Action, Context } from '../context.ts'
import { credentials, endpoint, region } from '../doctor/access.ts'
import { alarms, subscriptions } from '../doctor/alarms.ts'
import type { Check, Finding } from '../doctor/check.ts'
import { federation } from '../doctor/federation.ts'
import { deployment, errors } from '../doctor/functions.ts'
import { keys } from '../doctor/keys.ts'
import { renewal } from '../doctor/renewal.ts'
import { type Rooms, roomsOf } from '../doctor/rooms.ts'
import { lastRun, schedule } from '../doctor/schedule.ts'
import { clients, connections, logins } from '../doctor/secrets.ts'
import { type ExitStatus, exitStatus } from '../exit.ts'

const checks: readonly Check[] = [
  credentials,
  region,
  endpoint,
  deployment,
  schedule,
  lastRun,
  errors,
  alarms,
  subscriptions,
  keys,
  clients,
  federation,
  renewal,
  connections,
  logins,
]

interface Checked extends Finding {
  readonly check: string
}

export const doctor: Action = async (context) => {
  const findings: Checked[] = []
  const rooms = roomsOf(context)
  let stopped: string | undefined
  for (const check of checks) {
    if (stopped !== undefined) {
      findings.push({ check: check.name, state: 'unknown', found: `${skipped}${stopped}` })
      continue
    }
    const finding = await context.terminal.during(`Checking ${check.name}`, () => look(check, context, rooms))
    findings.push({ check: check.name, ...finding })
    if (check.essential && finding.state !== 'well') stopped = `${check.name} first`
  }
  return {
    text: lines(findings, context).join('\n'),
    json: {
      checks: findings.map(({ check, state, found, remedy }) => ({ check, state, found, remedy: remedy ?? null })),
    },
    exitStatus: statusOf(findings),
  }
}

const look = async (check: Check, context: Context, rooms: Rooms): Promise<Finding> => {
  try {
    return await check.look(context, rooms)
  } catch (error) {
    context.interrupted.throwIfAborted()
    const { message, remedy } = explain(error).problem
    return { state: 'unknown', found: message, ...(remedy !== undefined && { remedy }) }
  }
}

const statusOf = (findings: readonly Checked[]): ExitStatus => {
  const any = (state: Finding['state']) => findings.some((finding) => finding.state === state)
  if (any('attention')) return exitStatus.actionRequired
  return any('unknown') ? exitStatus.failed : exitStatus.done
}

const width = Math.max(...checks.map(({ name }) => name.length))

/** All skipped checks share one line, because they have no result. */
const lines = (findings: readonly Checked[], context: Context): readonly string[] => {
  const last = findings.findLastIndex(({ found }) => !found.startsWith(skipped))
  const rest = findings.slice(last + 1)
  const shown = findings.slice(0, last + 1).map((finding) => line(finding, context))
  const [first] = rest
  return first === undefined ? shown : [...shown, line({ ...first, check: 'the rest' }, context)]
}

const skipped = 'skipped: '

const line = ({ check, state, found, remedy }: Checked, { terminal }: Context): string => {
  const { colors } = terminal
  const mark = { well: colors.green('✓'), attention: colors.red('✗'), unknown: colors.yellow('?') }[state]
  const next = remedy === undefined ? '' : `\n  ${' '.repeat(width)}  ${colors.bold(remedy)}`
  return `${mark} ${check.padEnd(width)}  ${found}${next}`
}
