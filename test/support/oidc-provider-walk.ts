// A browser without a screen: follows redirects, keeps cookies, and submits the forms that it meets.

/** From the authorization endpoint to the app: sign-in and consent. @returns the URL that the app is called back with */
export const walkThroughForms = async (
  start: URL,
  end: string,
  typed: Readonly<Record<string, string>>,
): Promise<URL> => {
  const cookies = new Map<string, string>()
  let next: { url: URL; form?: URLSearchParams } = { url: start }
  for (let pages = 0; pages < 20; pages++) {
    const { url, form } = next
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const method = form === undefined ? 'GET' : 'POST'
    const answer = await fetch(url, { method, body: form ?? null, headers: { cookie }, redirect: 'manual' })
    const page = await answer.text()
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    const location = answer.headers.get('location')
    if (location === null) next = submitted(page, url, typed)
    else if (location.startsWith(end)) return new URL(location)
    else next = { url: new URL(location, url) }
  }
  throw new Error('the sign-in does not come to an end')
}

/** What is typed goes into the fields that have its names; hidden fields keep their values. */
const submitted = (page: string, url: URL, typed: Readonly<Record<string, string>>) => {
  const action = /<form[^>]* action="([^"]+)"/.exec(page)?.[1]
  if (action === undefined) throw new Error(`${url.pathname} shows no form`)
  const form = new URLSearchParams()
  for (const [input] of page.matchAll(/<input[^>]*>/g)) {
    const name = attribute(input, 'name')
    form.set(name, typed[name] ?? attribute(input, 'value'))
  }
  return { url: new URL(action, url), form }
}

const attribute = (tag: string, name: string): string => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? ''
