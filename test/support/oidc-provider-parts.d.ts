// Types of oidc-provider, which it ships without: as much of them as the tests use.

declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  interface Context {
    readonly path: string
    readonly req: IncomingMessage
    readonly res: ServerResponse
  }

  interface Stored {
    readonly grantId: string
    destroy(): Promise<void>
  }

  interface Model {
    find(id: string): Promise<Stored | undefined>
  }

  export class Provider {
    constructor(issuer: string, configuration: object)
    readonly Grant: Model
    readonly RefreshToken: Model
    callback(): (request: IncomingMessage, response: ServerResponse) => void
    /** A middleware around the whole server (it is a Koa application). */
    use(middleware: (context: Context, next: () => Promise<void>) => Promise<void>): this
    on(event: 'refresh_token.consumed' | 'grant.revoked', listener: () => void): this
  }
}
