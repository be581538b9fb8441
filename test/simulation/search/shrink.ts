// Shrinking: from everything that happened in a story that fails to the little of it that makes it fail (ddmin, Zeller
// and Hildebrandt 2002).

/** @param fails whether the story still fails when only these things happen */
export const shrink = async (
  happened: readonly string[],
  fails: (only: ReadonlySet<string>) => Promise<boolean>,
): Promise<readonly string[]> => {
  let kept = happened
  for (let parts = 2; kept.length > 0; ) {
    const size = Math.ceil(kept.length / parts)
    const smaller = await firstThatFails(kept, size, fails)
    if (smaller !== undefined) {
      kept = smaller
      parts = Math.max(2, parts - 1)
    } else if (size === 1) break
    else parts = Math.min(kept.length, parts * 2)
  }
  return kept
}

/** Leaves out one part of this size after another. */
const firstThatFails = async (
  kept: readonly string[],
  size: number,
  fails: (only: ReadonlySet<string>) => Promise<boolean>,
): Promise<readonly string[] | undefined> => {
  for (let from = 0; from < kept.length; from += size) {
    const without = [...kept.slice(0, from), ...kept.slice(from + size)]
    if (await fails(new Set(without))) return without
  }
  return undefined
}
