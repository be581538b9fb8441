// Every answer that is documented has a row, and every row can be acted on.

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type FailureClass, failureClasses } from '../../../../lambda/contract.ts'
import { classifyReply } from '../../../../lambda/core/failures/classify.ts'
import { type Concerns, concernsOf } from '../../../../lambda/core/failures/failure.ts'
import {
  aadsts,
  type ErrorRow,
  errors,
  fallbacks,
  grants,
  graphErrors,
  isCode,
  type OwnCode,
  ownFailure,
  ownFailures,
  type Ruling,
  remedyFor,
  remedyOf,
  remedyOfAttempt,
  rowOf,
  storeFailure,
  storeRemedies,
  suberrors,
  transportFamilies,
  transports,
} from '../../../../lambda/core/failures/failure-table.ts'

/** All codes of the list of facts that the four grants can meet, by who acts. */
const documented: Readonly<Record<Exclude<FailureClass, 'store' | 'refused'>, readonly number[]>> = {
  transient: [
    50000, 50033, 50086, 50087, 50166, 70012, 70016, 80001, 80002, 80005, 80007, 80010, 80013, 80014, 90006, 90012,
    90024, 90033, 90036, 90090, 90091, 90092,
  ],
  throttled: [50088, 50196, 90055],
  reauthorize: [
    50058, 50085, 50089, 50132, 50133, 50139, 50140, 50143, 50173, 50197, 70000, 70008, 70019, 70043, 135011, 530036,
    700003, 700082, 700084,
  ],
  policy: [
    50005, 50072, 50074, 50076, 50078, 50079, 50097, 50129, 50131, 50155, 50158, 50199, 53000, 53001, 53002, 53003,
    53004, 53009, 53010, 90123, 500121, 500212, 500213, 530003, 530031, 530032, 530035, 530084, 700020, 5000224,
    5000225,
  ],
  account: [
    50014, 50020, 50034, 50053, 50055, 50056, 50057, 50064, 50125, 50126, 50135, 50137, 50142, 50144, 51004, 53011,
    80012, 90072, 500208, 500341, 530034,
  ],
  client: [
    50012, 50013, 50027, 50105, 50146, 65001, 65004, 65005, 70001, 70002, 70021, 70025, 90008, 90094, 90095, 90099,
    500014, 650052, 650054, 650056, 650057, 700011, 700016, 700024, 700025, 700027, 700030, 700211, 700212, 700213,
    700222, 700229, 1000031, 7000112, 7000116, 7000215, 7000216, 7000218, 7000222, 7002131, 7002138, 7002381,
  ],
  request: [
    28002, 28003, 50001, 50002, 50011, 50049, 50059, 50107, 50128, 50194, 54005, 65002, 70003, 70004, 70007, 70011,
    70018, 90002, 90004, 90009, 90010, 90013, 90014, 90019, 90023, 90038, 90051, 90100, 90124, 90130, 500011, 500021,
    500022, 501481, 650059, 700005, 700009, 700022, 700023, 900021, 900023, 900144, 900382, 900432, 900561, 901002,
    1000104, 1002016, 9001023, 9002313, 9002326, 9002327, 9002332, 9002346,
  ],
}

/** SAML, password change, Windows Hello, on-behalf-of: no grant of ours meets them. */
const otherFlows = [75001, 76001, 120000, 120021, 130004, 135010, 7000114]

/** Whom a code concerns, and in which file its row is for that reason. */
const concerned: Readonly<Record<Concerns, readonly number[]>> = {
  connection: [
    28002, 50053, 50055, 50057, 50076, 50079, 50105, 50126, 50158, 50173, 50196, 50199, 65004, 70000, 70008, 70011,
    70043, 90009, 135011, 500341, 530036, 700009, 700022, 700082, 700084,
  ],
  tenant: [
    50002, 50146, 53000, 53003, 53009, 65001, 70001, 80001, 90055, 90094, 90095, 500011, 500014, 500021, 530003, 530032,
    530035, 530084, 650052, 650056, 650059, 700016, 5000224, 5000225, 7000112, 7000116,
  ],
  client: [
    50011, 50194, 70002, 70025, 90002, 700024, 700025, 700211, 900023, 1002016, 7000215, 7000216, 7000218, 7000222,
    9001023, 9002313, 9002326, 9002327, 9002346,
  ],
}

const sourceOf = (concerns: Concerns): string =>
  readFileSync(new URL(`../../../../lambda/core/failures/aadsts/${concerns}.ts`, import.meta.url), 'utf8')

const nested: readonly Ruling[] = [
  ...Object.values(aadsts).flatMap((row) => row.invalidGrantOnRefresh ?? []),
  ...Object.values(errors).flatMap(({ byGrant }) => Object.values(byGrant ?? {})),
]

const rulings: readonly Ruling[] = [
  ...Object.values(aadsts),
  ...Object.values(errors),
  ...Object.values(suberrors),
  ...Object.values(transports),
  ...transportFamilies.map(([, ruling]) => ruling),
  ...Object.values(fallbacks),
  ...Object.values(ownFailures),
  ...Object.values(graphErrors),
  ...nested,
]

const isOwnCode = (text: string): text is OwnCode => Object.hasOwn(ownFailures, text)

describe('the table of AADSTS codes', () => {
  it.each(Object.entries(documented))('has every documented code of class %s', (kind, codes) => {
    for (const code of codes) expect(aadsts[code]?.class, `AADSTS${code}`).toBe(kind)
  })

  it('has no code but the documented ones', () => {
    const codes = Object.values(documented).flat()
    expect(new Set(codes).size).toBe(codes.length)
    expect(codes).toHaveLength(192)
    expect(Object.keys(aadsts).map(Number)).toEqual(codes.toSorted((a, b) => a - b))
  })

  it('leaves out the codes of other flows', () => {
    for (const code of otherFlows) expect(aadsts[code]).toBeUndefined()
  })

  it('is written in the order of its codes, each once and in one file', () => {
    const files = concernsOf.map((concerns) =>
      [...sourceOf(concerns).matchAll(/^ {2}(\d+): \{/gm)].map(([, code]) => Number(code)),
    )
    for (const written of files) expect(written).toEqual(written.toSorted((a, b) => a - b))
    const written = files.flat()
    expect(written).toHaveLength(192)
    expect(new Set(written).size).toBe(written.length)
  })

  it.each(concernsOf)('says of each code whom it can be about: %s', (concerns) => {
    for (const code of concerned[concerns]) expect(aadsts[code]?.concerns, `AADSTS${code}`).toBe(concerns)
  })

  it('says of each code which grants meet it', () => {
    for (const row of Object.values(aadsts)) {
      expect(row.grants.length).toBeGreaterThan(0)
      for (const grant of row.grants) expect(grants).toContain(grant)
    }
  })

  it('holds its documented exceptions', () => {
    expect(aadsts[50196]?.class).toBe('throttled')
    expect(aadsts[9002313]?.invalidGrantOnRefresh?.class).toBe('reauthorize')
    expect(Object.entries(aadsts).flatMap(([code, row]) => (row.wrapper ? [code] : []))).toEqual(['70002'])
    expect(aadsts[7000222]?.remedy).toMatch(
      /^Create a new client secret .* set-secret <client id>; refresh tokens stay valid\.$/,
    )
  })
})

describe('a remedy', () => {
  it('names the command to type, with the names that are known', () => {
    const failure = { remedy: 'Run token-refresher bootstrap <connection>, or ask who owns <client id>.' }
    expect(remedyFor(failure, { connection: 'sales-mailbox', client: 'app' })).toBe(
      'Run token-refresher bootstrap sales-mailbox, or ask who owns app.',
    )
    expect(remedyFor(failure, { connection: 'sales-mailbox' })).toContain(
      'bootstrap sales-mailbox, or ask who owns <client id>.',
    )
    expect(remedyFor(failure, { connection: '', client: undefined })).toBe(failure.remedy)
  })

  it.each([
    ['a b', "'a b'"],
    ["it's", "'it'\\''s'"],
    ['$&', "'$&'"],
    ['https://app.example/id', 'https://app.example/id'],
  ])('gives the client id %s to a shell as %s', (client, typed) => {
    const remedy = 'Run token-refresher client set-secret <client id>.'
    expect(remedyFor({ remedy }, { client })).toBe(`Run token-refresher client set-secret ${typed}.`)
  })

  it('always names a command to type, unless it passes by itself', () => {
    for (const remedy of [...rulings.map((row) => row.remedy), ...Object.values(storeRemedies)]) {
      for (const shown of [remedyFor({ remedy }, {}), remedyOfAttempt({ remedy }, {})]) {
        expect(shown).toMatch(
          /token-refresher (bootstrap|refresh|invite|client set-secret|client federate|client renew-secret) <|^(Nothing to do|Wait)\b/,
        )
      }
    }
    expect(remedyFor({ remedy: 'Enable the account.' }, { connection: 'sales-mailbox' })).toBe(
      'Enable the account. Then run token-refresher refresh sales-mailbox.',
    )
    expect(remedyOfAttempt({ remedy: 'Enable the account.' }, { connection: 'sales-mailbox' })).toBe(
      'Enable the account. Then run token-refresher bootstrap sales-mailbox again.',
    )
  })

  it('has no other placeholder', () => {
    for (const { remedy } of rulings) {
      expect(remedyFor({ remedy }, { connection: 'sales-mailbox', client: 'app' })).not.toMatch(/[<>{}]/)
    }
  })

  it('names a command that there is, without npx', () => {
    for (const { remedy } of rulings) {
      expect(remedy).not.toMatch(/npx|invoke the bootstrap function/)
      for (const [, command] of remedy.matchAll(/token-refresher (\S+ \S+)/g)) {
        expect([
          'bootstrap <connection>',
          'client set-secret',
          'client renew-secret',
          'client federate',
          'invite <connection>',
        ]).toContain(command?.replace(/[.,;]$/, ''))
      }
    }
  })

  it('of a passing failure says that nothing has to be done, or what a person who waits can do', () => {
    const passing = rulings.filter(({ class: name }) => name === 'transient' || name === 'throttled')
    const waiting = passing.filter(({ remedy }) => remedy.startsWith('Nothing to do'))
    expect(waiting.length).toBeGreaterThan(passing.length / 3)
    for (const { remedy } of passing) expect(remedy).not.toMatch(/^Wait for|runbook/)
  })

  it('of an attempt that a person has started says to start it again', () => {
    const passing = classifyReply({ kind: 'answer', status: 503, body: '', receivedAt: 0 }, 'password')
    expect(remedyOfAttempt(passing, { connection: 'sales-mailbox' })).toBe(
      'Wait some minutes, then run token-refresher bootstrap sales-mailbox again.',
    )
    const refused = classifyReply(
      { kind: 'answer', status: 400, body: '{"error":"invalid_grant"}', receivedAt: 0 },
      'password',
    )
    expect(remedyOfAttempt(refused, { connection: 'sales-mailbox' })).toBe(
      remedyFor(refused, { connection: 'sales-mailbox' }),
    )
  })
})

describe('every row of every table', () => {
  it('has a remedy of one sentence', () => {
    for (const remedy of [...rulings.map((row) => row.remedy), ...Object.values(storeRemedies)]) {
      expect(remedy).toMatch(/^[A-Z][^\n]{20,}\.$/)
      expect(remedy, 'one sentence').not.toMatch(/[.!?]\s/)
      expect(remedy.length, remedy).toBeLessThanOrEqual(170)
    }
  })

  it('has a remedy without words that only this project knows', () => {
    for (const { remedy } of rulings) expect(remedy).not.toMatch(/\b(tick|breaker|room|generation|keep-alive mode)\b/)
  })

  it('begins its remedy with a verb, so that it is an instruction', () => {
    const first = new Set(rulings.map(({ remedy }) => remedy.split(/[ ,]/)[0]))
    for (const word of first) expect(['The', 'A', 'An', 'This', 'It', 'Your', 'No', 'If']).not.toContain(word)
  })

  it('has a class of the contract', () => {
    for (const row of rulings) expect(failureClasses).toContain(row.class)
  })

  it('says whom it can be about', () => {
    for (const row of rulings) expect(concernsOf).toContain(row.concerns)
  })

  it('is about one connection where it is of its account or its grant, and about all of a client only in other classes', () => {
    for (const row of rulings) {
      if (row.class === 'reauthorize' || row.class === 'account') expect(row.concerns, row.remedy).toBe('connection')
      if (row.class === 'transient' || row.class === 'policy') expect(row.concerns, row.remedy).not.toBe('client')
    }
  })

  it('leaves no class of the contract unused', () => {
    const used = new Set([...rulings.map((row) => row.class), storeFailure('AccessDeniedException').class])
    expect([...used].toSorted()).toEqual([...failureClasses].toSorted())
  })

  it('has a key that may stand as a code', () => {
    for (const table of [errors, suberrors, transports, ownFailures, storeRemedies]) {
      expect(Object.keys(table).filter((key) => !isCode(key))).toEqual([])
    }
  })
})

describe('transport codes', () => {
  it('are transient, all of them', () => {
    expect(new Set(Object.values(transports).map((row) => row.class))).toEqual(new Set(['transient']))
  })

  it.each([
    'timeout',
    'ECONNREFUSED',
    'ECONNRESET',
    'ENOTFOUND',
    'EAI_AGAIN',
    'UND_ERR_CONNECT_TIMEOUT',
    'UND_ERR_HEADERS_TIMEOUT',
    'UND_ERR_BODY_TIMEOUT',
    'UND_ERR_SOCKET',
    'CERT_HAS_EXPIRED',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ])('know %s', (code) => {
    expect(transports[code]?.remedy).toBeDefined()
  })
})

describe('failures of our own', () => {
  it.each(Object.keys(ownFailures).filter(isOwnCode))('%s carries its class and remedy', (code) => {
    expect(ownFailure(code)).toEqual({ code, ...ownFailures[code] })
  })

  it('count a connection whose secret does not decode as one that needs its configuration mended', () => {
    expect(ownFailure('grant_not_decodable').class).toBe('request')
    expect(ownFailure('client_not_decodable').class).toBe('client')
  })

  it('alarm for a 200 that cannot be used', () => {
    expect(ownFailure('unusable_answer')).toMatchObject({ class: 'transient', unknown: true })
    expect(ownFailure('answer_too_large')).toMatchObject({ class: 'transient', unknown: true })
  })
})

describe('failures of the store', () => {
  it.each(Object.entries(storeRemedies))('%s is of class store, with its remedy', (name, remedy) => {
    expect(storeFailure(name)).toEqual({ class: 'store', code: name, remedy })
  })

  it('name the network when the store was not reached', () => {
    expect(storeFailure('ECONNREFUSED')).toMatchObject({ class: 'store', code: 'ECONNREFUSED' })
    expect(storeFailure('ECONNREFUSED').remedy).toContain('Secrets Manager')
    expect(storeFailure('ECONNREFUSED').unknown).toBeUndefined()
  })

  it('keep the name of an error that no table knows, and say so', () => {
    expect(storeFailure('BrandNewException')).toMatchObject({
      class: 'store',
      code: 'BrandNewException',
      unknown: true,
    })
    expect(storeFailure('constructor')).toMatchObject({ class: 'store', code: 'constructor', unknown: true })
  })

  it('never repeat text that is no name', () => {
    expect(storeFailure('User anna@contoso.com is not allowed').code).toBe('store_error')
    expect(storeFailure('').code).toBe('store_error')
  })
})

describe('a code from outside', () => {
  it.each(['invalid_grant', 'UND_ERR_SOCKET', 'urn:ietf:params', 'a'.repeat(64)])('may be %s', (text) => {
    expect(isCode(text)).toBe(true)
  })

  it.each(['', 'a'.repeat(65), 'anna@contoso.com', 'two words', 'line\nbreak', '<html>'])('may not be %j', (text) => {
    expect(isCode(text)).toBe(false)
  })

  it('finds no row by the name of an inherited property', () => {
    for (const key of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      expect(rowOf(errors, key)).toBeUndefined()
    }
  })
})

describe('the remedy of what tags hold, a class and a code,', () => {
  const rows: readonly (readonly [string, Ruling | ErrorRow])[] = [
    ...Object.entries(aadsts).map(([code, row]) => [`AADSTS${code}`, row] as const),
    ...Object.entries(ownFailures),
    ...Object.entries(errors),
    ...Object.entries(transports),
  ]

  it.each(rows)('is that of its row: %s', (code, row) => {
    const onRefresh = 'byGrant' in row ? Object(row.byGrant).refresh_token : undefined
    expect(remedyOf(row.class, code)).toBe((onRefresh ?? row).remedy)
  })

  it('is found for every code under one name only, so that no row hides another', () => {
    const codes = rows.map(([code]) => code)
    expect(new Set(codes).size).toBe(codes.length)
  })

  it.each(failureClasses)('says what to do where no row knows the code, of class %s', (name) => {
    const codes = ['AADSTS1', 'AADSTS050173', 'AADSTS', 'AADSTS50173x', 'http_418', 'brand_new', 'constructor', '']
    for (const code of codes) {
      const remedy = remedyOf(name, code)
      expect(remedy, code).toMatch(/^[A-Z][^\n]{20,}\.$/)
      expect(remedy, code).not.toMatch(/runbook|[.!?]\s/)
    }
  })

  it.each([
    ['transient', 'ERR_SSL_NEW_ALERT', 'TLS'],
    ['transient', 'http_503', 'status page'],
    ['throttled', 'http_429', 'client <client id>'],
    ['throttled', 'invalid_client', 'asked to be asked again later'],
    ['refused', 'http_404', 'URL'],
    ['refused', 'AADSTS59999', 'https://login.microsoftonline.com/error?code=59999'],
    ['refused', 'brand_new', 'documentation'],
    ['reauthorize', 'AADSTS59999', 'bootstrap <connection>'],
    ['request', 'invalid_request', 'Sign in again if nothing was changed'],
    ['store', 'ECONNREFUSED', 'way from the function to Secrets Manager'],
    ['store', 'BrandNewException', 'reference of AWS Secrets Manager'],
  ] as const)('of %s %s says: %s', (name, code, words) => {
    expect(remedyOf(name, code)).toContain(words)
  })

  it('is the remedy that the answer itself was given', () => {
    const answers = [
      { status: 404, body: '' },
      { status: 429, body: '' },
      { status: 503, body: '' },
      { status: 400, body: '{"error":"brand_new"}' },
      { status: 400, body: '{"error":"invalid_request"}' },
      { status: 400, body: '{"error":"invalid_grant"}' },
      { status: 400, body: '{"error":"invalid_grant","error_codes":[59999]}' },
      { status: 400, body: '{"error":"new","error_codes":[59999]}' },
      { status: 401, body: '{"error":"invalid_client"}', retryAfter: '30' },
    ]
    for (const answer of answers) {
      const { class: name, code, remedy } = classifyReply({ kind: 'answer', receivedAt: 0, ...answer }, 'refresh_token')
      expect(remedyOf(name, code), code).toBe(remedy)
    }
  })

  it.each([
    ['transient', 'redirected'],
    ['account', 'AADSTS50173'],
  ] as const)('is not that of a row of another class: %s %s', (name, code) => {
    expect(remedyOf(name, code)).toBe(remedyOf(name, 'brand_new'))
  })

  it.each([
    ['policy', 'invalid_grant', 'policy'],
    ['reauthorize', 'AADSTS9002313', 'previous version'],
  ] as const)('is found where an answer was refined by more than its code: %s %s', (name, code, words) => {
    expect(remedyOf(name, code)).toContain(words)
  })

  it('is one sentence that says what to do', () => {
    for (const name of failureClasses) expect(remedyOf(name, 'brand_new')).toMatch(/^[A-Z][^.!?\n]{20,}\.$/)
  })
})
