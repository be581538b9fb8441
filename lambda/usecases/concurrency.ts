// Working through a list with a bound on how many are under way.

export const eachOf = async <T>(
  atOnce: number,
  items: Iterable<T>,
  work: (item: T) => Promise<void> | void,
): Promise<void> => {
  const iterator = items[Symbol.iterator]()
  const worker = async () => {
    for (let next = iterator.next(); !next.done; next = iterator.next()) await work(next.value)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}
