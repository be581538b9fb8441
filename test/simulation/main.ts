// npm run simulate: random stories until stopped, or one again by its seed. What breaks a rule is told at its shortest.

import { parseArgs } from 'node:util'
import { type RandomStory, randomStory } from './search/random.ts'
import { shortest } from './search/shortest.ts'
import { Tally } from './search/tally.ts'

/** A long story is told from its end. */
const toldLines = 120

const tellShortest = async (broken: RandomStory): Promise<void> => {
  const { story, needs, runs } = await shortest(broken)
  const lines = story.text.split('\n')
  if (lines.length > toldLines) console.log(`... ${lines.length - toldLines} lines before ...`)
  console.log(lines.slice(-toldLines).join('\n'))
  console.log(`\nseed ${broken.seed}: ${story.violation?.rule} is broken. Found in ${runs} runs, it takes:`)
  for (const need of needs) console.log(`  ${need}`)
}

const { values } = parseArgs({ options: { seed: { type: 'string' } } })

if (values.seed !== undefined) {
  const story = await randomStory({ seed: Number(values.seed) })
  const { rotation, connections, days, everyMinutes } = story.swarm
  console.log(
    `seed ${story.seed}: ${connections} connections, ${rotation}, ${days} days, every ${everyMinutes} minutes`,
  )
  if (story.violation === undefined) console.log(`every rule held over ${story.steps} steps`)
  else {
    await tellShortest(story)
    process.exitCode = 1
  }
} else {
  const tally = new Tally()
  const stop = (): void => {
    console.log(`\n${tally.text()}`)
    process.exit()
  }
  process.once('SIGINT', stop)
  for (let seed = 1; ; seed++) {
    const story = await randomStory({ seed })
    tally.add(story)
    if (seed % 100 === 0) console.log(tally.line())
    if (story.violation === undefined) continue
    await tellShortest(story)
    console.log(`\n${tally.text()}`)
    process.exitCode = 1
    break
  }
}
