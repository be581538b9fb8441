// The rights of the account on our keys, by its IAM policies: administer the key, but not use it.
import { AccountRootPrincipal, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam'

/**
 * The usual `kms:*` for the account would let any principal with `kms:Decrypt` on `*` use the key. These actions keep
 * it manageable, and none of them encrypts, decrypts, or passes such a right on. So kms:CreateGrant is left out.
 * An administrator who may change the key policy can still open the key, in one call that CloudTrail records.
 */
const administration = [
  'kms:DescribeKey',
  'kms:UpdateKeyDescription',
  'kms:EnableKey',
  'kms:DisableKey',
  'kms:GetKeyPolicy',
  'kms:ListKeyPolicies',
  'kms:PutKeyPolicy',
  'kms:EnableKeyRotation',
  'kms:DisableKeyRotation',
  'kms:GetKeyRotationStatus',
  'kms:ListKeyRotations',
  'kms:RotateKeyOnDemand',
  'kms:CreateAlias',
  'kms:UpdateAlias',
  'kms:DeleteAlias',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:ListResourceTags',
  'kms:ListGrants',
  'kms:RevokeGrant',
  'kms:ScheduleKeyDeletion',
  'kms:CancelKeyDeletion',
]

/** A key policy under which the account administers the key and, until statements are added, no principal may use it. */
export const administeredByTheAccount = (): PolicyDocument =>
  new PolicyDocument({
    statements: [
      new PolicyStatement({
        sid: 'AccountAdministers',
        principals: [new AccountRootPrincipal()],
        actions: administration,
        resources: ['*'],
      }),
    ],
  })
