// What the provider has refused, as it saw it: by refresh token and by client, with what was granted since.

import { clientName } from '../../../lambda/core/secrets/client.ts'
import type { Asked } from '../world/token-endpoint.ts'
import { isClientRefusal, refuses, wasGranted } from './answers.ts'
import type { Scene } from './watcher.ts'

export interface Refused {
  readonly connection: string
  /** The process that was reported. */
  readonly process: string
  readonly at: number
}

export class Refusals {
  readonly #scene: Scene
  /** Of each refresh token, each process that was refused with it. */
  readonly #tokens = new Map<string, Refused[]>()
  /** Of each client, refusals that no refresh of one of its connections has followed. */
  readonly #clients = new Map<string, Refused[]>()

  constructor(scene: Scene) {
    this.#scene = scene
  }

  see(asked: Asked): void {
    const { request, process } = asked
    const { grant } = request
    const client = clientName(request.client.client_id)
    if (wasGranted(asked)) this.#clients.delete(client)
    if (grant.grant_type !== 'refresh_token' || !refuses(asked)) return
    const value = grant.refresh_token.reveal()
    const connection = this.#scene.provider.token(value)?.family.connection ?? ''
    const refused = { connection, process: process.name, at: this.#scene.now() }
    add(this.#tokens, value, refused)
    if (isClientRefusal(asked) || isUnknownWord(asked)) add(this.#clients, client, refused)
  }

  /** What is stored anew has just been accepted. */
  forget(token: string): void {
    this.#tokens.delete(token)
  }

  /** Processes that were refused with this refresh token. */
  ofToken(token: string): readonly Refused[] {
    return this.#tokens.get(token) ?? []
  }

  /** Refusals for the client's sake since one of its connections was refreshed. */
  ofClient(client: string): readonly Refused[] {
    return this.#clients.get(client) ?? []
  }
}

const add = (all: Map<string, Refused[]>, key: string, refused: Refused): void => {
  const known = all.get(key) ?? []
  if (!known.some(({ process, connection }) => process === refused.process && connection === refused.connection))
    all.set(key, [...known, refused])
}

/** A refusal that says neither `invalid_grant` nor anything else that concerns one connection. */
const isUnknownWord = ({ reply }: Asked): boolean => reply.kind === 'answer' && !/invalid_grant|AADSTS/.test(reply.body)
