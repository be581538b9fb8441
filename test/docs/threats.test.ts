// docs/security.md lists threats, each with the tests that hold what is done about it: they are there, and hold something.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const security = readFileSync(join(root, 'docs/security.md'), 'utf8')
const [, section = ''] = security.split('## Threats that were considered')
const [, table = ''] = /\| threat \|.*\n\|---.*\n([\s\S]*?)\n\n/.exec(section) ?? []
const rows = table.split('\n').map((line) => {
  const [threat = '', measure = '', tests = ''] = line.split('|').slice(1, -1)
  return {
    threat: threat.trim(),
    measure: measure.trim(),
    tests: [...tests.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  }
})

describe('a threat that was considered', () => {
  it('is one of many', () => {
    expect(rows.length).toBeGreaterThan(15)
    expect(new Set(rows.map(({ threat }) => threat)).size).toBe(rows.length)
  })

  it.each(rows)('has something done about it, and a test that holds it: $threat', ({ measure, tests }) => {
    expect(measure).not.toBe('')
    expect(tests).not.toEqual([])
    for (const path of tests) {
      expect({ path, exists: existsSync(join(root, path)) }).toEqual({ path, exists: true })
      expect(readFileSync(join(root, path), 'utf8')).toMatch(/\b(test|it)(\.each|\()/)
    }
  })
})

describe('SECURITY.md', () => {
  const policy = readFileSync(join(root, 'SECURITY.md'), 'utf8')

  it('says how to report privately, and invents no address', () => {
    expect(policy).toContain('## Reporting a vulnerability')
    expect(policy).toContain('private vulnerability reporting')
    expect(policy).not.toMatch(/[\w.]+@[\w-]+\.\w+/)
  })

  it('links what is there', () => {
    const targets = [...policy.matchAll(/\]\(([^)#]+)\)/g)].map(([, target = '']) => target)
    expect(targets.length).toBeGreaterThan(1)
    expect(targets.filter((target) => !existsSync(join(root, target)))).toEqual([])
  })
})
