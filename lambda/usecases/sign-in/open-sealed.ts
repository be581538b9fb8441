// Opening what a browser brings: a link or a state, if our key made it.

import { messageOf, type Purpose, splitSealed } from '../../core/sign-in/sealed.ts'
import type { SignInDependencies } from '../../ports.ts'

/** @returns its payload; undefined when our key did not make it for this purpose */
export const openSealed = async (
  { macs }: Pick<SignInDependencies, 'macs'>,
  purpose: Purpose,
  text: string,
): Promise<string | undefined> => {
  const sealed = splitSealed(text)
  if (sealed === undefined) return undefined
  return (await macs.verify(messageOf(purpose, sealed.payload), sealed.mac)) ? sealed.payload : undefined
}
