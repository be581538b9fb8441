// What an app registration needs so that it may change its own client secrets, as commands of the Azure CLI.

/** The client id of Microsoft Graph, which is the same in every tenant. */
const graph = '00000003-0000-0000-c000-000000000000'
const permission = 'Application.ReadWrite.OwnedBy'

/** What is necessary, in sentences, before anything is tried. */
export const renewalNeeds = (clientId: string): string =>
  [
    `This has Microsoft make a new client secret for ${clientId} now, and again before each expiry.`,
    'The old one stays beside it. It needs:',
    '',
    '  the setting clientSecretRenewal=on of this deployment,',
    `  the permission ${permission} of the app, with the consent of an administrator,`,
    '  and the app as an owner of its own registration.',
    '',
    'How to give an app these rights: docs/guides/renewing-client-secrets.md',
    '',
  ].join('\n')

/** The id of the permission is looked up by its name. */
export const renewalRights = (clientId: string): string => {
  const role = `az ad sp show --id ${graph} --query "appRoles[?value=='${permission}'].id" --output tsv`
  const own = `az ad sp show --id ${clientId} --query id --output tsv`
  return [
    'Microsoft refused: the app does not have these rights, or has had them only for some minutes.',
    'Sign in with az login to the tenant of the app registration, as an administrator who may consent to application permissions.',
    'Then type in bash:',
    '',
    `az ad app show --id ${clientId} --query displayName`,
    `az ad app permission add --id ${clientId} --api ${graph} --api-permissions "$(${role})=Role"`,
    `az ad app permission admin-consent --id ${clientId}`,
    `az ad app owner add --id ${clientId} --owner-object-id "$(${own})"`,
    '',
    'The portal offers the permission and its consent, but not the owner, which takes the last command:',
    `App registrations, the app, API permissions, Add a permission, Microsoft Graph, Application permissions, ${permission}.`,
    'Then Grant admin consent.',
    '',
  ].join('\n')
}
