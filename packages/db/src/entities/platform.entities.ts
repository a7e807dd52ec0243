/** Idempotency keys, the audit log, and the row of the installation. */
import { defineEntity, p } from '@mikro-orm/core';

/** A claimed idempotency key. While `in_progress`, its holder owns the lease until `lockedUntil`; `fence` increases with each takeover. */
export const IdempotencyKey = defineEntity({
  name: 'IdempotencyKey',
  tableName: 'idempotency_keys',
  properties: {
    id: p.uuid().primary(),
    actor: p.string().length(80),
    endpoint: p.string().length(60),
    key: p.string().length(64),
    fingerprint: p.string().length(64),
    state: p.enum(['in_progress', 'complete']).default('in_progress'),
    fence: p.integer().default(1),
    lockedUntil: p.datetime(),
    responseStatus: p.integer().nullable(),
    /** The response; while `in_progress`, the result of the effect, for a process that takes the call over. */
    responseSealed: p.text().nullable(),
    createdAt: p.datetime().defaultRaw('now()').index(),
    completedAt: p.datetime().nullable(),
  },
  checks: [
    {
      name: 'idempotency_keys_complete',
      expression: `(state = 'complete') = (response_status is not null and response_sealed is not null and completed_at is not null)`,
    },
  ],
  uniques: [{ name: 'idempotency_keys_owner', properties: ['actor', 'endpoint', 'key'] }],
});

/**
 * An idempotency key whose call had its effect: written with the effect, never deleted. It contains only hashes, so
 * no personal data.
 */
export const PermanentKey = defineEntity({
  name: 'PermanentKey',
  tableName: 'permanent_keys',
  properties: {
    /** SHA-256 of actor, endpoint and key. */
    requestKey: p.string().length(64).primary(),
    endpoint: p.string().length(60),
    /** SHA-256 of the input, salted with the key. */
    fingerprint: p.string().length(64),
    /** The id of what the call created. */
    subjectId: p.uuid().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
});

/** The open and the failed attempts of one identity, in the window that ends at `endsAt`. */
export const LimitCounter = defineEntity({
  name: 'LimitCounter',
  tableName: 'limit_counters',
  properties: {
    /** Keyed hash of the identity and the kind of attempt. */
    key: p.string().length(64).primary(),
    open: p.integer().default(0),
    missed: p.integer().default(0),
    /** Number of the window: an attempt of an earlier window does not change this one. */
    round: p.integer().default(1),
    endsAt: p.datetime().index(),
  },
  checks: [{ name: 'limit_counters_amounts', expression: 'open >= 0 and missed >= 0' }],
});

/** An entry of the audit log: who changed what, with both states. */
export const AuditEntry = defineEntity({
  name: 'AuditEntry',
  tableName: 'audit_log',
  properties: {
    id: p.uuid().primary(),
    actor: p.string().length(80),
    action: p.string().length(60),
    subjectType: p.string().length(30),
    subjectId: p.string().length(64),
    outcome: p.enum(['done', 'denied']).default('done'),
    before: p.json<unknown>().nullable(),
    after: p.json<unknown>().nullable(),
    createdAt: p.datetime().defaultRaw('now()').index(),
  },
  indexes: [{ name: 'audit_log_by_subject', properties: ['subjectType', 'subjectId'] }],
});

/** One row: `secretCheckSealed` can be decrypted only with the secret of this database, and the set-up token is derived from its nonce. */
export const Installation = defineEntity({
  name: 'Installation',
  tableName: 'installation',
  properties: {
    id: p.integer().primary().autoincrement(false).default(1),
    secretCheckSealed: p.text(),
    setupNonce: p.uuid().defaultRaw('gen_random_uuid()'),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  checks: [{ name: 'installation_one_row', expression: 'id = 1' }],
});

/** The place of an encrypted value that could not be read. Removed when the value is rewritten. */
export const UnreadableValue = defineEntity({
  name: 'UnreadableValue',
  tableName: 'unreadable_values',
  properties: {
    tableName: p.string().length(60).primary(),
    columnName: p.string().length(60).primary(),
    rowId: p.string().length(64).primary(),
    foundAt: p.datetime().defaultRaw('now()').index(),
  },
});

/** The progress of the check of an encrypted column. */
export const SealedCheck = defineEntity({
  name: 'SealedCheck',
  tableName: 'sealed_checks',
  properties: {
    tableName: p.string().length(60).primary(),
    columnName: p.string().length(60).primary(),
    /** The last checked row; null between two rounds. */
    checkedTo: p.string().length(64).nullable(),
    finishedAt: p.datetime().nullable(),
  },
});
