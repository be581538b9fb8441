// Which requested scopes have not been granted, judged by their names.

/** Scopes of OpenID Connect, and those that request a refresh token: providers grant them and often do not list them. */
const notEchoed = new Set([
  'openid',
  'profile',
  'email',
  'address',
  'phone',
  'offline',
  'offline_access',
  'refresh_token',
  '.default',
])

/** GitHub names a scope that includes others instead of those. */
const includedIn: Readonly<Record<string, string>> = { public_repo: 'repo' }

/**
 * @param granted from the provider; undefined: the whole requested scope (RFC 6749 section 5.1)
 * @returns the missing ones, as requested
 */
export const missingScopes = (asked: string, granted: string | undefined): readonly string[] => {
  if (granted === undefined) return []
  const names = new Set(scopesOf(granted).map(nameOf))
  const isGranted = (name: string) => notEchoed.has(name) || names.has(name) || included(name, names)
  return scopesOf(asked).filter((scope) => !isGranted(nameOf(scope)))
}

/** Separated by blanks (RFC 6749), or by commas (GitHub, Zoho, Slack). */
const scopesOf = (text: string): readonly string[] => text.split(/[\s,]+/).filter((scope) => scope !== '')

/** Entra returns `Mail.Read` for `https://graph.microsoft.com/Mail.Read`, or the other way round. */
const nameOf = (scope: string): string => {
  const parts = /^[a-z][a-z0-9+.-]*:\/\//i.test(scope) ? scope.split('/').filter((part) => part !== '') : [scope]
  return (parts.at(-1) ?? scope).toLowerCase()
}

/** `user` includes `user:email`, and `admin:org` includes `read:org`. */
const included = (name: string, names: ReadonlySet<string>): boolean => {
  const [first = '', ...rest] = name.split(':')
  if (names.has(includedIn[name] ?? first)) return true
  const what = rest.join(':')
  return (first === 'read' || first === 'write') && ['write', 'admin'].some((more) => names.has(`${more}:${what}`))
}
