// The owner of an account, who opens a link to sign in: sends the requests of a browser, one by one, and follows redirects.

export interface Owner {
  readonly userName: string
  readonly password: string
}

export interface Pressed {
  /** The page of the provider. */
  readonly address: string
  /** What the browser keeps. */
  readonly cookie: string
}

/** Opens the link and presses its button. */
export const pressButton = async (link: string): Promise<Pressed> => {
  const opened = await fetch(link)
  const form = /name="link" value="([^"]+)"/.exec(await opened.text())?.[1]
  if (form === undefined) throw new Error(`the page has no button: ${opened.status}`)
  const { origin } = new URL(link)
  const pressed = await fetch(`${origin}/`, {
    method: 'POST',
    headers: { 'sec-fetch-site': 'same-origin', origin },
    body: new URLSearchParams({ link: form }),
  })
  const cookie = pressed.headers.getSetCookie().map((one) => one.split(';')[0] ?? '')
  const address = addressIn(await pressed.text())
  if (address === undefined) throw new Error(`the page leads nowhere: ${pressed.status}`)
  return { address, cookie: cookie.join('; ') }
}

/** Where a page of ours leads. */
export const addressIn = (html: string): string | undefined =>
  /href="([^"]+)"/.exec(html)?.[1]?.replaceAll('&#38;', '&')

/** On the page of the embedded Entra. @returns where it sends the person back */
export const signInAtProvider = async (address: string, { userName, password }: Owner): Promise<URL> => {
  const answer = await fetch(address, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: new URL(address).origin },
    body: new URLSearchParams({ username: userName, password, action: 'sign-in' }),
  })
  const location = answer.headers.get('location')
  if (location === null) throw new Error(`the provider sent no one back: ${await answer.text()}`)
  return new URL(location)
}

/** Comes back from the provider. @returns the heading of the page, such as `Done` */
export const comeBack = async (address: URL, cookie: string): Promise<string> =>
  titleIn(await (await fetch(address, { headers: { cookie } })).text())

export const titleIn = (html: string): string => /<h1>([^<]*)<\/h1>/.exec(html)?.[1] ?? ''

/**
 * @param reach where the page of the provider is instead; default: where the sign-in page leads
 * @returns the heading of the last page, such as `Done`
 */
export const signInByLink = async (
  link: string,
  owner: Owner,
  reach: (address: string) => string = (address) => address,
): Promise<string> => {
  const { address, cookie } = await pressButton(link)
  return comeBack(await signInAtProvider(reach(address), owner), cookie)
}
