/** Idempotency keys, the audit log, and the row of the installation. */
import { defineEntity, p } from '@mikro-orm/core';

/** A claimed key. While `in_progress` its holder owns the lease until `lockedUntil`; `fence` grows with each takeover. */
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
    /** The answer; while `in_progress`, what the effect came to, for whoever takes the call over. */
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
 * An idempotency key whose call had its effect, permanently: written with the effect, never deleted. Hashes alone, so
 * that it says nothing about people.
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
    /** What the call made. */
    subjectId: p.uuid().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
});

/** How many tries of somebody are under way, and how many have missed, in the window that ends at `endsAt`. */
export const LimitCounter = defineEntity({
  name: 'LimitCounter',
  tableName: 'limit_counters',
  properties: {
    /** Keyed hash of who tries what. */
    key: p.string().length(64).primary(),
    open: p.integer().default(0),
    missed: p.integer().default(0),
    /** Number of the window: a try of an earlier one does not change this one. */
    round: p.integer().default(1),
    endsAt: p.datetime().index(),
  },
  checks: [{ name: 'limit_counters_amounts', expression: 'open >= 0 and missed >= 0' }],
});

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

/** The only row says which secret seals this database (`secretCheckSealed` opens with no other one) and what the set-up token follows from. */
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

/** A sealed value that could not be read, by its place. Removed when it is rewritten. */
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

/** How far the check of a sealed column has come. */
export const SealedCheck = defineEntity({
  name: 'SealedCheck',
  tableName: 'sealed_checks',
  properties: {
    tableName: p.string().length(60).primary(),
    columnName: p.string().length(60).primary(),
    /** The last row that was looked at; null between two rounds. */
    checkedTo: p.string().length(64).nullable(),
    finishedAt: p.datetime().nullable(),
  },
});
