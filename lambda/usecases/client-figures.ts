// The figures of clients in a tick: only a client that a connection uses can keep an alarm on.

interface Figures {
  /** When the client is left without a valid client secret, in milliseconds since 1970; undefined: not known. */
  readonly expires: number | undefined
  readonly needsPerson: boolean
}

export class ClientFigures {
  readonly #figures = new Map<string, Figures>()
  readonly #used = new Set<string>()

  /** As its tags say. A record without connections is seen too, and does not count. */
  see(client: string, figures: Figures): void {
    this.#figures.set(client, figures)
  }

  /** @param client of a connection, as the tags of that connection say; undefined: they do not say it */
  use(client: string | undefined): void {
    if (client !== undefined) this.#used.add(client)
  }

  needPerson(client: string): void {
    this.#figures.set(client, { expires: this.#figures.get(client)?.expires, needsPerson: true })
    // A failure of the client comes from one of its connections.
    this.#used.add(client)
  }

  works(client: string): void {
    const known = this.#figures.get(client)
    if (known !== undefined) this.#figures.set(client, { ...known, needsPerson: false })
  }

  /** How many clients need a person. */
  get inNeed(): number {
    return this.#counted().filter(({ needsPerson }) => needsPerson).length
  }

  /** The nearest expiry, in milliseconds since 1970. */
  get nearestExpiry(): number | undefined {
    const all = this.#counted().flatMap(({ expires }) => (expires === undefined ? [] : [expires]))
    return all.length === 0 ? undefined : Math.min(...all)
  }

  #counted(): readonly Figures[] {
    return [...this.#figures].filter(([client]) => this.#used.has(client)).map(([, figures]) => figures)
  }
}
