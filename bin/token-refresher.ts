// Entry point of `cdk`: reads the configuration from the context and makes the stack, named after its prefix.
import { App } from 'aws-cdk-lib'
import { type Configuration, ConfigurationError, readConfiguration } from '../lib/settings/configuration.ts'
import { TokenRefresherStack } from '../lib/token-refresher-stack.ts'

/** Only a VPC has to be looked up in an account; without one, the template is the same on every machine. */
const environment = ({ vpc }: Configuration) => {
  const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env
  if (vpc === undefined) return {}
  if (account && region) return { env: { account, region } }
  throw new ConfigurationError([`vpc: given "${vpc}"; to look it up takes AWS credentials and a Region.`])
}

const app = new App()
try {
  const configuration = readConfiguration(app.node.getAllContext())
  new TokenRefresherStack(app, 'TokenRefresher', {
    stackName: configuration.prefix,
    configuration,
    ...environment(configuration),
  })
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
