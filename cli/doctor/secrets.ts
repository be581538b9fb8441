// What the tags say: client secrets that expire soon, connections that need a person, leftover logins.

import { longestLinkDays, secretName } from '../../lambda/contract.ts'
import { ownFailure } from '../../lambda/core/failures/failure-table.ts'
import { type AllowedHosts, hostOf, isAllowedEndpoint } from '../../lambda/core/login/token-endpoint-hosts.ts'
import { readAllowedHosts } from '../aws/allowed-hosts.ts'
import { list } from '../aws/secrets.ts'
import type { Context } from '../context.ts'
import { isInvitation } from '../login/hand-over.ts'
import { shownClient, shownConnection } from '../status/connection.ts'
import { day, fromNow } from '../terminal/times.ts'
import { attention, type Check, counted, some, well } from './check.ts'

const warningDays = 30

export const clients: Check = {
  name: 'clients',
  look: async (context, rooms) => {
    const ending: string[] = []
    const refused: string[] = []
    const elsewhere: string[] = []
    const hosts = await readAllowedHosts(context)
    let unknown = 0
    let count = 0
    for (const entry of await rooms.clients()) {
      count++
      const { name, status, reason, secretExpiries, tokenEndpoint, renewal } = shownClient(entry)
      if (isElsewhere(tokenEndpoint, hosts)) elsewhere.push(`${name} (${hostOf(tokenEndpoint)})`)
      if (status === 'action-required') refused.push(`${name} (${reason?.code})`)
      const known = secretExpiries.filter((expires) => expires !== undefined)
      unknown += secretExpiries.length - known.length
      const last = known.length === secretExpiries.length ? Math.max(...known.map(Number)) : Number.POSITIVE_INFINITY
      // The check `renewal` reports the others.
      const isEnding = renewal === undefined && last - context.now() < warningDays * day
      if (known.length > 0 && isEnding) {
        ending.push(`${name} (${fromNow(new Date(last), context.now())})`)
      }
    }
    if (elsewhere.length > 0) {
      const unread = hosts.notKnown === undefined ? '' : `; the setting itself was not read: ${hosts.notKnown}`
      return attention(
        `token endpoint on a host that the setting tokenEndpointHosts does not list: ${some(elsewhere)}${unread}`,
        ownFailure('token_endpoint_host_not_allowed').remedy,
      )
    }
    if (refused.length > 0) {
      return attention(`refused: ${some(refused)}`, 'See what each needs with: token-refresher client show <client_id>')
    }
    if (ending.length > 0) {
      return attention(
        `client secret expires: ${some(ending)}`,
        'Make a new one, then: token-refresher client set-secret <client_id>',
      )
    }
    const untold =
      unknown === 0 ? '' : `; of ${counted(unknown, 'client secret')} the expiry is not known, so there is no warning`
    return well(`${counted(count, 'client')}, none near expiry${untold}`)
  },
}

const isElsewhere = (endpoint: string | undefined, hosts: AllowedHosts): endpoint is string =>
  endpoint !== undefined && URL.canParse(endpoint) && !isAllowedEndpoint(endpoint, hosts)

export const connections: Check = {
  name: 'connections',
  look: async (_, rooms) => {
    const inNeed: string[] = []
    const paused: string[] = []
    let count = 0
    for (const entry of await rooms.grants()) {
      count++
      const { status } = shownConnection(entry)
      if (status === 'action-required') inNeed.push(entry.name)
      if (status === 'paused') paused.push(entry.name)
    }
    const left = paused.length === 0 ? '' : `; paused: ${some(paused)}`
    if (inNeed.length > 0)
      return attention(`in need: ${some(inNeed)}${left}`, 'See what each needs with: token-refresher status')
    return well(count === 0 ? 'none yet' : `${counted(count, 'connection')}, none in need${left}`)
  },
}

export const logins: Check = {
  name: 'logins',
  look: async (context: Context) => {
    const left: string[] = []
    const ended: string[] = []
    let invited = 0
    for await (const { name, created } of list(context, ['logins'])) {
      const secret = secretName(context.prefix, 'logins', name)
      if (!isInvitation(name)) left.push(secret)
      else if (created !== undefined && context.now() - created.getTime() > longestLinkDays * day) ended.push(secret)
      else invited++
    }
    if (ended.length > 0) {
      return attention(
        `${counted(ended.length, 'invitation')} whose link has expired: ${some(ended)}`,
        'Each holds a client secret: delete it with token-refresher invite <connection> --withdraw',
      )
    }
    const open = invited === 0 ? '' : `; ${counted(invited, 'invitation')} not used yet`
    if (left.length === 0) return well(`no leftover logins${open}`)
    return attention(
      `${counted(left.length, 'login')} not used: ${some(left)}`,
      'Each holds a password: bootstrap with it, or aws secretsmanager delete-secret --force-delete-without-recovery --secret-id <name>',
    )
  },
}
