// Times in words, relative to now: 4 min, 3 h, 12 days.

const second = 1000
const minute = 60 * second
const hour = 60 * minute
export const day = 24 * hour

/** A length of time by its largest unit: `42 min`, `5 h`, `83 days`. Rounded down, so that it never promises too much. */
export const lengthInWords = (milliseconds: number): string => {
  const length = Math.abs(milliseconds)
  if (length < minute) return `${Math.floor(length / second)} s`
  if (length < 2 * hour) return `${Math.floor(length / minute)} min`
  if (length < 2 * day) return `${Math.floor(length / hour)} h`
  return `${Math.floor(length / day)} days`
}

/** `in 42 min`, `3 h ago`, or `now`. */
export const fromNow = (time: Date, now: number): string => {
  const distance = time.getTime() - now
  if (Math.abs(distance) < second) return 'now'
  return distance > 0 ? `in ${lengthInWords(distance)}` : `${lengthInWords(distance)} ago`
}
