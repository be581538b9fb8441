// npm run simulate: random stories until stopped; one of them by its seed; or all that can be reported exhaustively. What
// breaks a rule is reported at its shortest.

import { parseArgs } from 'node:util'
import { searches } from './search/everything.ts'
import { explore } from './search/exhaustive.ts'
import { allHabits, drawnHabits, type HabitName } from './search/habits.ts'
import { type RandomStory, randomStory } from './search/random.ts'
import { shortest } from './search/shortest.ts'
import { Tally } from './search/tally.ts'

/** A long story is reported from its end. */
const toldLines = 120

const tell = (text: string): void => {
  const lines = text.split('\n')
  if (lines.length > toldLines) console.log(`... ${lines.length - toldLines} lines before; --whole tells them ...`)
  console.log(lines.slice(values.whole ? 0 : -toldLines).join('\n'))
}

const tellShortest = async (broken: RandomStory): Promise<void> => {
  const { story, needs, runs } = await shortest(broken, undefined, habits)
  tell(story.text)
  console.log(`\nseed ${broken.seed}: ${story.violation?.rule} is broken. Found in ${runs} runs, it takes:`)
  for (const need of needs) console.log(`  ${need}`)
  process.exitCode = 1
}

const one = async (seed: number): Promise<void> => {
  const story = await randomStory({ seed, habits, kept: true })
  const { rotation, connections, days, everyMinutes } = story.swarm
  if (story.violation !== undefined) await tellShortest(story)
  else tell(story.text)
  console.log(`\nseed ${seed}: ${connections} connections, ${rotation}, ${days} days, every ${everyMinutes} minutes`)
  if (story.violation === undefined) console.log(`every rule held over ${story.steps} steps`)
}

const untilStopped = async (from: number): Promise<void> => {
  const tally = new Tally()
  process.once('SIGINT', () => {
    console.log(`\n${tally.text()}`)
    process.exit()
  })
  for (let seed = from; seed - from < Number(values.stories); seed++) {
    const story = await randomStory({ seed, habits })
    tally.add(story)
    if (tally.stories % 100 === 0) console.log(tally.line())
    if (story.violation === undefined) continue
    await tellShortest(story)
    break
  }
  console.log(`\n${tally.text()}`)
}

const everything = async (): Promise<void> => {
  const tally = new Tally()
  for (const search of searches(true)) {
    const explored = await explore(search)
    tally.addExplored(explored)
    const lost = [...explored.figures.lost.values()].reduce((sum, times) => sum + times, 0)
    const figures = `${explored.stories} stories, ${lost} lost`.padEnd(28)
    console.log(`${figures} ${search.name}: ${search.scenario.name}, ${search.rotation}`)
    if (explored.found === undefined) continue
    tell(explored.found.story)
    process.exitCode = 1
    break
  }
  console.log(`\n${tally.text()}`)
}

const { values } = parseArgs({
  options: {
    /** Tells this story. */
    seed: { type: 'string' },
    whole: { type: 'boolean', default: false },
    exhaustive: { type: 'boolean', default: false },
    from: { type: 'string', default: '1' },
    stories: { type: 'string', default: 'Infinity' },
    /** Habits of the provider that are drawn, by name, separated by commas; or `all`, or `none`. */
    habits: { type: 'string' },
  },
})

const habitsNamed = (names: string): readonly HabitName[] => {
  if (names === 'all') return allHabits
  return (names === 'none' ? [] : names.split(',')).map((name) => {
    const habit = allHabits.find((one) => one === name.trim())
    if (habit === undefined) throw new Error(`"${name}" is not a habit: ${allHabits.join(', ')}`)
    return habit
  })
}

const habits = values.habits === undefined ? drawnHabits : habitsNamed(values.habits)

if (values.exhaustive) await everything()
else if (values.seed !== undefined) await one(Number(values.seed))
else await untilStopped(Number(values.from))
