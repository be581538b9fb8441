// STS and SNS: the AWS Query protocol, a form in and XML out.

import type { LoopbackAnswer, LoopbackRequest } from '../loopback-server.ts'
import { principalOf } from '../secrets-manager/access.ts'
import { ServiceError } from '../secrets-manager/errors.ts'
import { allow, type ControlPlane, type Service } from './service.ts'

type Operation = (plane: ControlPlane, form: URLSearchParams, request: LoopbackRequest) => string

const operations: Readonly<Record<string, Operation>> = {
  GetCallerIdentity: ({ deployment }, _, { headers }) => {
    const { accountId } = deployment.place
    // The access key id gives access to the stack, so it is not shown.
    const [name = ''] = principalOf(headers.authorization).accessKeyId.split('-')
    const user = xml({ Arn: `arn:aws:iam::${accountId}:user/${name}`, UserId: name, Account: accountId })
    return `<GetCallerIdentityResult>${user}</GetCallerIdentityResult>`
  },
  ListSubscriptionsByTopic: (plane, form, request) => {
    const topic = form.get('TopicArn') ?? ''
    allow(plane, request, 'SNS:ListSubscriptionsByTopic', topic)
    const { topics, subscriptions, place } = plane.deployment
    if (!topics.includes(topic)) throw new ServiceError('NotFound', 'Topic does not exist', 404)
    const members = subscriptions
      .filter(({ topicArn }) => topicArn === topic)
      .map(({ protocol, endpoint }, index) => ({
        SubscriptionArn: plane.isConfirmed ? `${topic}:${index}` : 'PendingConfirmation',
        Owner: place.accountId,
        Protocol: protocol,
        Endpoint: endpoint,
        TopicArn: topic,
      }))
      .map((member) => `<member>${xml(member)}</member>`)
    return `<ListSubscriptionsByTopicResult><Subscriptions>${members.join('')}</Subscriptions></ListSubscriptionsByTopicResult>`
  },
}

export const queryServices: Service = (plane, request) => {
  const { method, headers, body } = request
  if (method !== 'POST' || !headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return undefined
  const form = new URLSearchParams(body)
  const name = form.get('Action') ?? ''
  const operation = operations[name]
  try {
    if (operation === undefined) throw new ServiceError('InvalidAction', `${name} is not known here`)
    return answer(200, name, operation(plane, form, request))
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    const { message, status } = error
    const type = error.type === 'AccessDeniedException' ? 'AccessDenied' : error.type
    const inner = `<Error><Type>Sender</Type>${xml({ Code: type, Message: message })}</Error>`
    return { status, headers: { 'content-type': 'text/xml' }, body: `<ErrorResponse>${inner}</ErrorResponse>` }
  }
}

const answer = (status: number, name: string, result: string): LoopbackAnswer => ({
  status,
  headers: { 'content-type': 'text/xml' },
  body: `<${name}Response>${result}<ResponseMetadata/></${name}Response>`,
})

const xml = (members: Readonly<Record<string, string>>): string =>
  Object.entries(members)
    .map(([name, value]) => `<${name}>${escaped(value)}</${name}>`)
    .join('')

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
