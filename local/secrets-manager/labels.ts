// How staging labels move between the versions of a secret. A label is on one version at a time.

import { invalidParameter, limitExceeded, versionNotFound } from './errors.ts'
import { current, labelled, pending, previous, type Secret, type Version } from './model.ts'

export type Versions = Map<string, Version>

/** The limit for all versions of a secret together. */
const maximumLabels = 20

const detach = (versions: Versions, label: string): void => {
  for (const version of versions.values()) {
    if (!version.labels.includes(label)) continue
    versions.set(version.id, { ...version, labels: version.labels.filter((other) => other !== label) })
  }
}

const attach = (versions: Versions, label: string, id: string): void => {
  detach(versions, label)
  const version = versions.get(id)
  if (version) versions.set(id, { ...version, labels: [...version.labels, label] })
}

/** Puts the labels on a new version. The version that loses AWSCURRENT to it gets AWSPREVIOUS. */
export const labelNewVersion = (secret: Secret, versions: Versions, id: string, labels: readonly string[]): void => {
  const formerCurrent = labelled(secret, current)
  for (const label of labels) attach(versions, label, id)
  if (formerCurrent && labels.includes(current)) {
    // A new current value that is written directly also ends a rotation of the version before.
    if (versions.get(formerCurrent.id)?.labels.includes(pending)) detach(versions, pending)
    attach(versions, previous, formerCurrent.id)
  }
  checkLabelCount(versions)
}

export interface LabelMove {
  readonly label: string
  readonly moveTo: string | undefined
  readonly removeFrom: string | undefined
}

/** UpdateSecretVersionStage: a compare-and-swap on the version that holds the label. */
export const moveLabel = (secret: Secret, { label, moveTo, removeFrom }: LabelMove): ReadonlyMap<string, Version> => {
  if (moveTo !== undefined && !secret.versions.has(moveTo)) throw versionNotFound(moveTo)
  const holder = labelled(secret, label)
  checkHolder(label, holder, { label, moveTo, removeFrom })
  const versions = new Map(secret.versions)
  if (moveTo === undefined) detach(versions, label)
  else if (holder?.id !== moveTo) attach(versions, label, moveTo)
  if (label === current && holder && moveTo !== undefined && holder.id !== moveTo) {
    attach(versions, previous, holder.id)
  }
  checkLabelCount(versions)
  return versions
}

const checkHolder = (label: string, holder: Version | undefined, move: LabelMove): void => {
  if (move.removeFrom === undefined) {
    if (!holder || holder.id === move.moveTo) return
    throw invalidParameter(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${label} is currently attached to version ${holder.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
    )
  }
  if (holder?.id !== move.removeFrom) {
    throw invalidParameter(
      `When you move staging label ${label}, if you specify RemoveFromVersionId, it must be set to the version that currently has the staging label ${label}.`,
    )
  }
  if (label === current && move.moveTo === undefined) {
    throw invalidParameter(
      'You can only move staging label AWSCURRENT to a different secret version. It can’t be completely removed.',
    )
  }
}

const checkLabelCount = (versions: Versions): void => {
  let count = 0
  for (const version of versions.values()) count += version.labels.length
  if (count > maximumLabels) {
    throw limitExceeded(`You can't attach more than ${maximumLabels} staging labels to the versions of a secret.`)
  }
}
