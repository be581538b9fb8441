// The failure table's one entrance: what every known answer of a provider, the network or the store means.

export { aadsts } from './failures/aadsts.ts'
export { errors, suberrors } from './failures/errors.ts'
export { fallbacks } from './failures/fallbacks.ts'
export { isCode, rowOf } from './failures/look-up.ts'
export { type OwnCode, ownFailure, ownFailures } from './failures/own-failures.ts'
export { remedyOf } from './failures/remedy-of.ts'
export { type AadstsRow, type ErrorRow, type Grant, grants, type Ruling } from './failures/ruling.ts'
export { storeFailure, storeRemedies } from './failures/store-errors.ts'
export { transportFamilies, transports } from './failures/transports.ts'
