// The federated credentials that an app registration needs, as commands of the Azure CLI and as clicks.

import type { FederationAnswer } from '../../lambda/contract.ts'

/** @param described of each function: issuer, subject and audience are compared letter for letter */
export const federatedCredentials = (
  clientId: string,
  described: readonly FederationAnswer[],
  prefix: string,
): string => {
  const commands = described.map(({ issuer, subject, audience }) => {
    const parameters = { name: nameOf(subject, prefix), issuer, subject, audiences: [audience] }
    return `az ad app federated-credential create --id ${clientId} --parameters '${JSON.stringify(parameters)}'`
  })
  const values = described.map(({ subject }, index) => `  Subject ${index + 1}  ${subject}`)
  return [
    'Add two federated credentials to the app registration, one for each function. With the Azure CLI:',
    '',
    ...commands,
    '',
    'Or in the portal: App registrations, the app, Certificates & secrets, Federated credentials, Add credential,',
    'scenario "Other issuer", twice:',
    '',
    `  Issuer     ${described[0]?.issuer ?? ''}`,
    ...values,
    `  Audience   ${described[0]?.audience ?? ''}`,
    '',
  ].join('\n')
}

/** Unique within the app and fit for a URL, up to 120 characters: the name of the role. */
const nameOf = (subject: string, prefix: string): string => subject.split('/').at(-1)?.slice(0, 120) ?? prefix
