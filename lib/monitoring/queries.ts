// Frequent queries of the log, saved in CloudWatch Logs Insights under the prefix.
import { type ILogGroup, QueryDefinition, QueryString } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'

export interface QueriesProps {
  readonly prefix: string
  readonly logGroups: readonly ILogGroup[]
}

/** The saved queries. */
export class Queries extends Construct {
  constructor(scope: Construct, id: string, props: QueriesProps) {
    super(scope, id)
    const save = (name: string, queryString: QueryString) => ({
      queryDefinitionName: `${props.prefix}/${name}`,
      queryString,
      logGroups: [...props.logGroups],
    })
    const history = new QueryString({
      fields: ['@timestamp', 'message', 'class', 'code', 'status', 'generation', 'expiresAt', 'nextAttempt', 'traceId'],
      filterStatements: ['connection = "sales-mailbox"'],
      sort: '@timestamp desc',
      limit: 200,
    })
    new QueryDefinition(this, 'History', save('History of one connection', history))
    const failures = new QueryString({
      filterStatements: ['ispresent(class)'],
      statsStatements: ['count(*) as failures, count_distinct(connection) as connections by class, code'],
      sort: 'failures desc',
    })
    new QueryDefinition(this, 'Failures', save('Failures by class', failures))
    const slowest = new QueryString({
      filterStatements: ['ispresent(tokenRequestMilliseconds)'],
      statsStatements: [
        'count(*) as requests, pct(tokenRequestMilliseconds, 50) as median, max(tokenRequestMilliseconds) as slowest by tokenEndpointHost',
      ],
      sort: 'slowest desc',
    })
    new QueryDefinition(this, 'Slowest', save('Slowest token endpoints', slowest))
  }
}
