// Files as people write them: in UTF-16, with a byte order mark, with a line end; and what is refused before it is sent.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { textIn } from '../../cli/login/text-encoding.ts'
import { run } from './support/command.ts'
import { startCommandStack } from './support/stack.ts'

const bigEndian = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16()
const mark = '\uFEFF'

const encodings: readonly (readonly [string, (text: string) => Buffer])[] = [
  ['UTF-8', (text) => Buffer.from(text)],
  ['UTF-8 with a byte order mark', (text) => Buffer.from(mark + text)],
  ['UTF-16 as PowerShell writes it with >', (text) => Buffer.from(`${mark + text}\r\n`, 'utf16le')],
  ['UTF-16 with the other byte order', (text) => bigEndian(mark + text)],
  ['UTF-16 without a byte order mark', (text) => Buffer.from(text, 'utf16le')],
  ['UTF-16 with the other byte order, without a mark', bigEndian],
]

describe('a text', () => {
  it.each(encodings)('is read from %s', (_, encode) => {
    expect(textIn(encode('{"password":"né 密 😀"}'))?.trim()).toBe('{"password":"né 密 😀"}')
  })

  it.each([
    ['Latin-1', Buffer.from('{"password":"né"}', 'latin1')],
    ['half a character', Buffer.from('é').subarray(0, 1)],
    ['UTF-16 that ends in the middle', Buffer.from(`${mark}a`, 'utf16le').subarray(0, 3)],
    ['half a pair of UTF-16', Buffer.from(`${mark}\ud83d`, 'utf16le')],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])],
  ])('is none in %s', (_, bytes) => {
    expect(textIn(bytes)).toBeUndefined()
  })

  it.each([
    ['', ''],
    ['a', 'a'],
    [mark, ''],
  ])('may be as short as %j', (text, read) => {
    expect(textIn(Buffer.from(text))).toBe(read)
  })
})

describe('the command', async () => {
  const stack = await startCommandStack()
  const file = (bytes: Uint8Array | string): string => {
    const path = join(stack.directory, `login-${Math.random()}.json`)
    writeFileSync(path, bytes)
    return path
  }

  it.each(encodings)('takes a login in %s', async (_, encode) => {
    const login = file(encode(JSON.stringify(stack.login(stack.addUser()))))
    expect(await run(stack, ['bootstrap', 'typed', '--yes', '--another-account', '--from-file', login])).toMatchObject({
      status: 0,
    })
  })

  it('takes a client secret in UTF-16 with a line end', async () => {
    const { value } = stack.entra.addClientSecret(stack.clientId)
    const secret = file(Buffer.from(`${mark}${value}\r\n`, 'utf16le'))
    const args = ['client', 'set-secret', stack.clientId, '--connection', 'typed', '--from-file', secret]
    expect(await run(stack, args)).toMatchObject({ status: 0, stdout: expect.stringContaining('accepted and in use') })
  })

  it.each([
    ['a password in Latin-1', Buffer.from('{"password":"né"}', 'latin1'), 'is neither UTF-8 nor UTF-16'],
    ['a line end in a password', '{"password":"a\\n"}', '"password" must not'],
    ['a tab in a password', '{"password":"a\\tb"}', '"password" must not contain a control character'],
    ['a NUL in a password', '{"password":"a\\u0000b"}', '"password" must not contain a control character'],
  ])('refuses %s before anything is written or sent', async (_, bytes, message) => {
    const sent = stack.entra.requests.get('password')
    const args = ['bootstrap', 'refused', '--client-id', stack.clientId, '--username', 'sales@example.com']
    const endpoint = ['--token-endpoint', stack.tokenEndpoint]
    const { status, stderr } = await run(stack, [...args, ...endpoint, '--from-file', file(bytes)])
    expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringContaining(message) })
    expect([stack.entra.requests.get('password'), stack.logins()]).toEqual([sent, []])
  })

  it.each([
    ['two lines', 'one\ntwo'],
    ['a NUL', 'one\0two'],
  ])('refuses a client secret of %s', async (_, secret) => {
    const args = ['client', 'set-secret', stack.clientId, '--from-file', file(secret)]
    const { status, stderr } = await run(stack, args)
    expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringContaining('control character') })
  })
})
