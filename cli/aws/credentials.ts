// The standard credential chain of AWS, which also asks for the code of a second factor where the profile demands one.

import { defaultProvider } from '@aws-sdk/credential-provider-node'
import { getProfileName, parseKnownFiles } from '@smithy/core/config'
import { CommandError } from '../exit.ts'

/** Without this the SDK warns when a profile and keys are both set. `--profile` has already chosen the profile. */
export const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/**
 * @param profile default: AWS_PROFILE, else `default`
 * @param askMfaCode asks for the code of the device with this serial number
 * @throws CommandError when a credential_process failed: the chain itself would continue, and report no credentials
 */
export const credentialsFor = (
  profile: string | undefined,
  askMfaCode: (serial: string) => Promise<string>,
): ReturnType<typeof defaultProvider> => {
  const chosen = profile === undefined ? {} : { profile }
  const quiet = profile === undefined ? {} : { logger: silent }
  const provider = defaultProvider({ ...chosen, ...quiet, mfaCodeProvider: askMfaCode })
  return async (properties) => {
    try {
      return await provider(properties)
    } catch (error) {
      const { credential_process: command } = (await parseKnownFiles(chosen))[getProfileName(chosen)] ?? {}
      const isChain = error instanceof Error && error.name === 'CredentialsProviderError'
      throw isChain && command !== undefined ? processFailed(getProfileName(chosen)) : error
    }
  }
}

/** Nothing that the process printed, because it may be credentials. */
const processFailed = (profile: string): CommandError =>
  new CommandError({
    code: 'CredentialProcessFailed',
    message: `the credential_process of the profile ${profile} failed`,
    remedy: 'Run it as it is written in ~/.aws/config, and read its output.',
  })
