// Tenants, clients and users by their ids and names. Records are replaced, never changed in place.

import type { Client, DirectoryState, Tenant, User } from './records.ts'

export class Registry {
  readonly #tenants = new Map<string, Tenant>()
  readonly #tenantsByDomain = new Map<string, Tenant>()
  readonly #clients = new Map<string, Client>()
  readonly #users = new Map<string, User>()
  readonly #userIds = new Map<string, string>()
  readonly #changed: () => void

  constructor(initial: Pick<DirectoryState, 'tenants' | 'clients' | 'users'>, changed: () => void) {
    this.#changed = () => {}
    for (const tenant of initial.tenants) this.putTenant(tenant)
    for (const client of initial.clients) this.putClient(client)
    for (const user of initial.users) this.putUser(user)
    this.#changed = changed
  }

  get records(): Pick<DirectoryState, 'tenants' | 'clients' | 'users'> {
    return {
      tenants: [...this.#tenants.values()],
      clients: [...this.#clients.values()],
      users: [...this.#users.values()],
    }
  }

  tenant(id: string): Tenant | undefined {
    return this.#tenants.get(id.toLowerCase())
  }

  tenantOfDomain(domain: string): Tenant | undefined {
    return this.#tenantsByDomain.get(domain.toLowerCase())
  }

  client(clientId: string): Client | undefined {
    return this.#clients.get(clientId.toLowerCase())
  }

  user(id: string): User | undefined {
    return this.#users.get(id)
  }

  userNamed(userName: string): User | undefined {
    return this.#users.get(this.#userIds.get(userName.toLowerCase()) ?? '')
  }

  putTenant(tenant: Tenant): Tenant {
    this.#tenants.set(tenant.id.toLowerCase(), tenant)
    for (const domain of tenant.domains) this.#tenantsByDomain.set(domain.toLowerCase(), tenant)
    this.#changed()
    return tenant
  }

  putClient(client: Client): Client {
    this.#clients.set(client.clientId.toLowerCase(), client)
    this.#changed()
    return client
  }

  putUser(user: User): User {
    this.#users.set(user.id, user)
    this.#userIds.set(user.userName.toLowerCase(), user.id)
    this.#changed()
    return user
  }

  removeUser(user: User): void {
    this.#users.delete(user.id)
    this.#userIds.delete(user.userName.toLowerCase())
    this.#changed()
  }
}
