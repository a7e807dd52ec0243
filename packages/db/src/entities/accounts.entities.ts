/** Accounts and their sessions. Columns ending in `Sealed` hold AES-GCM ciphertext, `Index` columns keyed hashes for look-up. */
import { accountStatuses, orderSorts, roles, type OrderView as View } from '@cartwright/contracts';
import { defineEntity, p } from '@mikro-orm/core';

/** An account of a customer or of staff. */
export const User = defineEntity({
  name: 'User',
  tableName: 'users',
  properties: {
    id: p.uuid().primary(),
    emailSealed: p.text(),
    emailIndex: p.string().length(64).unique(),
    passwordHash: p.text(),
    firstNameSealed: p.text(),
    lastNameSealed: p.text(),
    role: p.enum(roles).default('customer'),
    accountStatus: p.enum(accountStatuses).default('active'),
    emailVerified: p.boolean().default(false),
    customerGroup: p.string().length(50).nullable(),
    lastLoginAt: p.datetime().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
    updatedAt: p.datetime().defaultRaw('now()'),
  },
});

/**
 * Sign-in attempts for an e-mail address since the last success, with or without an account: if only
 * accounts were locked, a lock would reveal who has one.
 */
export const SignInTry = defineEntity({
  name: 'SignInTry',
  tableName: 'sign_in_tries',
  properties: {
    emailIndex: p.string().length(64).primary(),
    tries: p.integer().default(1),
    lastTryAt: p.datetime().defaultRaw('now()').index(),
    lockedUntil: p.datetime().nullable(),
  },
  checks: [{ name: 'sign_in_tries_counted', expression: 'tries >= 1' }],
});

/** One sign-in and its chain of refresh tokens; revoking the session ends the whole chain. */
export const Session = defineEntity({
  name: 'Session',
  tableName: 'sessions',
  properties: {
    id: p.uuid().primary(),
    userId: () => p.manyToOne(User).mapToPk().fieldName('user_id').deleteRule('cascade').index(),
    createdAt: p.datetime().defaultRaw('now()'),
    expiresAt: p.datetime(),
    revokedAt: p.datetime().nullable(),
    revokedReason: p.string().length(50).nullable(),
  },
  checks: [{ name: 'sessions_revocation_has_reason', expression: '(revoked_at is null) = (revoked_reason is null)' }],
});

/** A refresh token by its hash. `usedAt` and `childId` are set once, by the refresh that uses it. */
export const RefreshToken = defineEntity({
  name: 'RefreshToken',
  tableName: 'refresh_tokens',
  properties: {
    id: p.uuid().primary(),
    sessionId: () => p.manyToOne(Session).mapToPk().fieldName('session_id').deleteRule('cascade').index(),
    tokenHash: p.string().length(64).unique(),
    createdAt: p.datetime().defaultRaw('now()'),
    expiresAt: p.datetime(),
    usedAt: p.datetime().nullable(),
    childId: p.uuid().nullable().unique(),
  },
  indexes: [
    {
      name: 'refresh_tokens_one_live_per_session',
      expression: 'create unique index refresh_tokens_one_live_per_session on refresh_tokens (session_id) where used_at is null',
    },
  ],
});

/** A named view of the order list that one member of staff has saved. */
export const OrderView = defineEntity({
  name: 'OrderView',
  tableName: 'order_views',
  properties: {
    id: p.uuid().primary(),
    userId: () => p.manyToOne(User).mapToPk().fieldName('user_id').deleteRule('cascade'),
    name: p.string().length(60),
    filters: p.json<View['filters']>(),
    sort: p.enum(orderSorts).default('newest'),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  uniques: [{ name: 'order_views_name_unique', properties: ['userId', 'name'] }],
});

/** Keys that sign access tokens. A retired key still verifies until every token that it signed has expired. */
export const SigningKey = defineEntity({
  name: 'SigningKey',
  tableName: 'signing_keys',
  properties: {
    kid: p.string().length(64).primary(),
    publicJwk: p.json<Record<string, unknown>>(),
    privateJwkSealed: p.text(),
    createdAt: p.datetime().defaultRaw('now()'),
    retiredAt: p.datetime().nullable(),
  },
});
