// The most urgent of many, in the memory of a few.

import { expect, it } from 'vitest'
import { BoundedPriorityQueue } from '../../../../lambda/usecases/limits/bounded-priority-queue.ts'

/** The same disorder each time. */
const shuffled = (count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => (index * 7919) % count)

it.each([1, 5, 100, 1000, 5000])(
  'keeps the %d smallest of a thousand in order, and tells of the others',
  (capacity) => {
    const dropped: number[] = []
    const queue = new BoundedPriorityQueue<number>(capacity, (value) => dropped.push(value))
    for (const value of shuffled(1000)) queue.add(value, value)
    const all = Array.from({ length: 1000 }, (_, index) => index)
    expect(queue.take()).toEqual(all.slice(0, capacity))
    expect(dropped.toSorted((a, b) => a - b)).toEqual(all.slice(capacity))
  },
)

it('keeps those that came first among equals', () => {
  const queue = new BoundedPriorityQueue<string>(2, () => {})
  for (const name of ['a', 'b', 'c', 'd', 'e']) queue.add(1, name)
  expect(queue.take()).toEqual(['a', 'b'])
})

it('holds nothing after it was taken', () => {
  const queue = new BoundedPriorityQueue<number>(2, () => {})
  for (const value of [3, 1, 2]) queue.add(value, value)
  expect(queue.take()).toEqual([1, 2])
  expect(queue.take()).toEqual([])
  queue.add(9, 9)
  expect(queue.take()).toEqual([9])
})
