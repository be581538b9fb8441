// The actions of an administrator on tenants, app registrations and their secrets, users, policies and sessions.

import type { ClientChange, NewClient, NewUser, UserChange } from './changes.ts'
import type { EntraParts } from './parts.ts'
import type { AppState, Client, ClientSecret, DirectoryState, FederatedCredential, Tenant, User } from './records.ts'

/** Graph gives a new secret two years if the request names no lifetime. */
const secretMilliseconds = 2 * 365 * 86_400_000

const mostFederatedCredentials = 20

export class Administration {
  readonly #parts: EntraParts

  constructor(parts: EntraParts) {
    this.#parts = parts
  }

  /** The whole directory in its present state. */
  get directory(): Pick<DirectoryState, 'tenants' | 'clients' | 'users'> {
    return this.#parts.registry.records
  }

  addTenant(tenant: { readonly id?: string; readonly domains?: readonly string[] }): Tenant {
    const id = tenant.id ?? this.#parts.random.guid()
    const domains = [...(tenant.domains ?? [])]
    const taken = domains.find((domain) => this.#parts.registry.tenantOfDomain(domain))
    if (taken !== undefined) throw new Error(`"${taken}" belongs to another tenant`)
    return this.#parts.registry.putTenant({ id, domains, securityDefaults: false, deviceCodeBlocked: false })
  }

  updateTenant(
    id: string,
    change: Partial<Pick<Tenant, 'securityDefaults' | 'deviceCodeBlocked' | 'clientSecretPolicy'>>,
  ): void {
    this.#parts.registry.putTenant({ ...this.#tenant(id), ...change })
  }

  /**
   * What the tenant's administrator does to an app for the tenant's own users: disables or removes it, disables what it
   * reads, withdraws the consent, or requires users to be assigned to it.
   *
   * @param change.state undefined: removes the restriction
   */
  setTenantApp(change: { readonly tenantId: string; readonly clientId: string; readonly state?: AppState }): void {
    const tenant = this.#tenant(change.tenantId)
    const { clientId } = this.#client(change.clientId)
    const { [clientId]: _, ...others } = tenant.apps ?? {}
    const apps = change.state === undefined ? others : { ...others, [clientId]: change.state }
    this.#parts.registry.putTenant({ ...tenant, apps })
  }

  addClient(client: NewClient): Client {
    return this.#parts.registry.putClient({
      clientId: client.clientId ?? this.#parts.random.guid(),
      tenantId: this.#tenant(client.tenantId).id,
      multiTenant: client.multiTenant ?? false,
      publicClient: client.publicClient ?? false,
      disabled: false,
      redirectUris: [...(client.redirectUris ?? [])],
      consentedScopes: client.consentedScopes === undefined ? null : [...client.consentedScopes],
      secrets: [],
    })
  }

  updateClient(clientId: string, { consentedScopes, redirectUris, appRoles, ...change }: ClientChange): void {
    this.#parts.registry.putClient({
      ...this.#client(clientId),
      ...change,
      ...(appRoles !== undefined && { appRoles: [...appRoles] }),
      ...(redirectUris !== undefined && { redirectUris: [...redirectUris] }),
      ...(consentedScopes !== undefined && { consentedScopes: consentedScopes && [...consentedScopes] }),
    })
  }

  /** @param options.expiresAt milliseconds since 1970, two years from now when absent */
  addClientSecret(
    clientId: string,
    options: { readonly expiresAt?: number; readonly value?: string; readonly displayName?: string } = {},
  ): { keyId: string; value: string } {
    const client = this.#client(clientId)
    const keyId = this.#parts.random.guid()
    const value = options.value ?? this.#parts.random.text(40)
    const expiresAt = options.expiresAt ?? this.#parts.clock.now() + secretMilliseconds
    const { displayName } = options
    const secret = { keyId, value, expiresAt, madeAt: this.#parts.clock.now(), displayName }
    this.#parts.registry.putClient({ ...client, secrets: [...client.secrets, secret] })
    return { keyId, value }
  }

  /** They stay known, so that the provider reports them as expired. */
  expireClientSecrets(clientId: string): void {
    const client = this.#client(clientId)
    const expiresAt = this.#parts.clock.now()
    this.#parts.registry.putClient({ ...client, secrets: client.secrets.map((each) => ({ ...each, expiresAt })) })
  }

  /** As an administrator sees them: without their values. */
  clientSecrets(clientId: string): readonly Omit<ClientSecret, 'value'>[] {
    return this.#client(clientId).secrets.map(({ value: _, ...shown }) => shown)
  }

  removeClientSecret(clientId: string, keyId: string): void {
    const client = this.#client(clientId)
    const secrets = client.secrets.filter((each) => each.keyId !== keyId)
    this.#parts.registry.putClient({ ...client, secrets })
  }

  /** @param credential.acceptedFrom milliseconds since 1970; at Microsoft it takes minutes. @default now */
  addFederatedCredential(
    clientId: string,
    credential: Omit<FederatedCredential, 'acceptedFrom'> & { readonly acceptedFrom?: number },
  ): void {
    const client = this.#client(clientId)
    const others = client.federatedCredentials ?? []
    const { issuer, subject, audience, acceptedFrom = this.#parts.clock.now() } = credential
    if (others.length >= mostFederatedCredentials) throw new Error('an app has 20 federated credentials at most')
    if (others.some((each) => each.issuer === issuer && each.subject === subject)) {
      throw new Error(`the app has a federated credential for "${subject}" of this issuer already`)
    }
    const federatedCredentials = [...others, { issuer, subject, audience, acceptedFrom }]
    this.#parts.registry.putClient({ ...client, federatedCredentials })
  }

  removeFederatedCredential(clientId: string, subject: string): void {
    const client = this.#client(clientId)
    const federatedCredentials = (client.federatedCredentials ?? []).filter((each) => each.subject !== subject)
    this.#parts.registry.putClient({ ...client, federatedCredentials })
  }

  /** Adds a user. If the domain of the user name belongs to no tenant, it becomes one of this tenant. */
  addUser({ tenantId, userName, password, mfa = false }: NewUser): User {
    const { registry, random } = this.#parts
    const tenant = this.#tenant(tenantId)
    const domain = userName.split('@')[1]?.toLowerCase()
    if (!domain) throw new Error(`"${userName}" is not a user name: it has no domain`)
    if (registry.userNamed(userName)) throw new Error(`there is a user "${userName}" already`)
    const owner = registry.tenantOfDomain(domain)
    if (owner !== undefined && owner.id !== tenant.id) throw new Error(`"${domain}" belongs to another tenant`)
    if (owner === undefined) registry.putTenant({ ...tenant, domains: [...tenant.domains, domain] })
    return registry.putUser({
      id: random.guid(),
      tenantId: tenant.id,
      userName,
      password: password ?? random.text(20),
      mfa,
      disabled: false,
      locked: false,
      passwordExpired: false,
      blockedByPolicy: false,
      wrongPasswords: 0,
      lockedUntil: 0,
      sessionVersion: 0,
      passwordVersion: 0,
      tokensValidFrom: this.#parts.clock.now(),
    })
  }

  /** A new password is not expired. Unlocking resets the count of wrong passwords. */
  updateUser(userName: string, change: UserChange): void {
    const user = this.#user(userName)
    const newPassword = change.password !== undefined && {
      passwordExpired: false,
      passwordVersion: user.passwordVersion + 1,
      tokensValidFrom: this.#parts.clock.now(),
    }
    const unlocked = change.locked === false && { wrongPasswords: 0, lockedUntil: 0 }
    this.#parts.registry.putUser({ ...user, ...newPassword, ...unlocked, ...change })
  }

  removeUser(userName: string): void {
    this.#parts.registry.removeUser(this.#user(userName))
  }

  /** Revokes every present refresh token of the user. Access tokens stay valid until they expire. */
  revokeSessions(userName: string): void {
    const user = this.#user(userName)
    const tokensValidFrom = this.#parts.clock.now()
    this.#parts.registry.putUser({ ...user, sessionVersion: user.sessionVersion + 1, tokensValidFrom })
  }

  #tenant(id: string): Tenant {
    return known(this.#parts.registry.tenant(id), `tenant "${id}"`)
  }

  #client(clientId: string): Client {
    return known(this.#parts.registry.client(clientId), `client "${clientId}"`)
  }

  #user(userName: string): User {
    return known(this.#parts.registry.userNamed(userName), `user "${userName}"`)
  }
}

const known = <Thing>(thing: Thing | undefined, name: string): Thing => {
  if (thing === undefined) throw new Error(`the embedded Entra knows no ${name}`)
  return thing
}
