// A time in a tag, where a person may have written anything.

/**
 * ISO 8601 in UTC, as this project writes it; `Date.parse` alone takes `-1` for the year 2001. Of the years 1970 to 9999:
 * beyond them, adding a day may give what is no time.
 */
export const readTime = (text: string | undefined): Date | undefined => {
  if (text === undefined || !/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?Z)?$/.test(text)) return undefined
  const milliseconds = Date.parse(text)
  return milliseconds >= 0 && milliseconds < lastMoment ? new Date(milliseconds) : undefined
}

const lastMoment = Date.UTC(10_000, 0)
