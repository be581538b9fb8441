// Which login an event names: a secret below <prefix>/logins/, by its name or its full ARN.

import { secretName } from '../../contract.ts'

/** Secrets Manager adds a hyphen and six characters to the name; an ARN without them could be that of another secret. */
const fullArn = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:(.+)-[A-Za-z0-9]{6}$/
const namePattern = /^[A-Za-z0-9/_+=.@-]+$/

export const isArn = (id: string): boolean => id.startsWith('arn:')

/** @returns what follows `<prefix>/logins/` in the secret's name, or undefined when the id is another secret's */
export const loginNameOf = (id: string, prefix: string): string | undefined => {
  const name = isArn(id) ? fullArn.exec(id)?.[1] : id
  const room = secretName(prefix, 'logins', '')
  if (name === undefined || !name.startsWith(room)) return undefined
  const last = name.slice(room.length)
  return namePattern.test(last) ? last : undefined
}
