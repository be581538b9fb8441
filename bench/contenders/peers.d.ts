// The parts of the peers that are used. They are installed for the benchmark alone, so types do not depend on them.

declare module '@azure/msal-node' {
  export interface NetworkClient {
    sendGetRequestAsync(url: string): Promise<NetworkResponse>
    sendPostRequestAsync(url: string, options?: NetworkOptions): Promise<NetworkResponse>
  }
  export interface NetworkOptions {
    readonly headers?: Record<string, string>
    readonly body?: string
  }
  export interface NetworkResponse {
    readonly headers: Record<string, string>
    // biome-ignore lint/suspicious/noExplicitAny: the JSON of the answer
    readonly body: any
    readonly status: number
  }
  export class ConfidentialClientApplication {
    constructor(configuration: {
      readonly auth: {
        readonly clientId: string
        readonly clientSecret: string
        readonly authority: string
        readonly authorityMetadata: string
        readonly cloudDiscoveryMetadata: string
      }
      readonly system: { readonly networkClient: NetworkClient }
    })
    acquireTokenByRefreshToken(request: {
      readonly refreshToken: string
      readonly scopes: string[]
    }): Promise<{ readonly accessToken: string; readonly expiresOn: Date | null; readonly scopes: string[] } | null>
    clearCache(): void
  }
}

declare module 'openid-client' {
  export class Configuration {
    constructor(server: { issuer: string; token_endpoint: string }, clientId: string, clientSecret: string)
  }
  export interface Answer {
    readonly access_token: string
    readonly refresh_token?: string
    readonly expires_in?: number
    readonly scope?: string
  }
  export function allowInsecureRequests(configuration: Configuration): void
  export function refreshTokenGrant(
    configuration: Configuration,
    refreshToken: string,
    parameters: Record<string, string>,
  ): Promise<Answer>
}

declare module 'simple-oauth2' {
  export interface AccessToken {
    readonly token: {
      readonly access_token: string
      readonly refresh_token: string
      readonly expires_in: number
      readonly scope: string
    }
    refresh(parameters: { readonly scope: string }): Promise<AccessToken>
  }
  export class AuthorizationCode {
    constructor(configuration: {
      readonly client: { readonly id: string; readonly secret: string }
      readonly auth: { readonly tokenHost: string; readonly tokenPath: string }
      readonly options: { readonly authorizationMethod: 'body' | 'header' }
    })
    createToken(token: { readonly refresh_token: string }): AccessToken
  }
}
