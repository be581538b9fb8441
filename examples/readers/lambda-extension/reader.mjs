// Reads the access token of one connection in a Lambda function, through the AWS Parameters and Secrets Lambda Extension.

const secretId = encodeURIComponent('token-refresher/connections/sales-mailbox')
const { AWS_SESSION_TOKEN, PARAMETERS_SECRETS_EXTENSION_HTTP_PORT: port = '2773' } = process.env

export const accessToken = async () => {
  const response = await fetch(`http://localhost:${port}/secretsmanager/get?secretId=${secretId}`, {
    headers: { 'X-Aws-Parameters-Secrets-Token': AWS_SESSION_TOKEN },
  })
  const { SecretString } = await response.json()
  return JSON.parse(SecretString).access_token
}
