// The owner of an account, who opens a link to sign in: what a browser would send and follow, request by request.

export interface Owner {
  readonly userName: string
  readonly password: string
}

/**
 * @param reach where the page of the provider is instead; default: where the sign-in page leads
 * @returns the heading of the last page, such as `Done`
 */
export const signInByLink = async (
  link: string,
  { userName, password }: Owner,
  reach: (address: string) => string = (address) => address,
): Promise<string> => {
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
  const leading = /href="([^"]+)"/.exec(await pressed.text())?.[1]?.replaceAll('&#38;', '&')
  if (leading === undefined) throw new Error(`the page leads nowhere: ${pressed.status}`)
  const provider = reach(leading)
  const signedIn = await fetch(provider, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: new URL(provider).origin },
    body: new URLSearchParams({ username: userName, password, action: 'sign-in' }),
  })
  const back = signedIn.headers.get('location')
  if (back === null) throw new Error(`the provider sent no one back: ${signedIn.status}`)
  const last = await fetch(back, { headers: { cookie: cookie.join('; ') } })
  return /<h1>([^<]*)<\/h1>/.exec(await last.text())?.[1] ?? ''
}
