/** Accounts: registration, sign-in, tokens and the signed-in user. */
import { z } from 'zod';
import { done, email, instant, nothing, nameText, unreadable, createdAt } from './common.ts';
import { userId } from './ids.ts';
import { mutation, query } from './procedure.ts';
import { roleSchema, scopeSchema } from './scopes.ts';

export const accountStatuses = ['active', 'suspended', 'deactivated'] as const;

export const userSchema = z
  .object({
    id: userId,
    email: z.string().nullable().describe('Null only when `unreadable` lists it'),
    /** Null only when `unreadable` lists it. */
    firstName: z.string().nullable(),
    /** Empty for a person with one name. Null only when `unreadable` lists it. */
    lastName: z.string().nullable(),
    unreadable,
    /** Decides which scopes the account has. */
    role: roleSchema,
    /** What the account may do: the scopes of its role. Empty for customers. */
    scopes: z.array(scopeSchema),
    /** Only `active` accounts can sign in: `INVALID_CREDENTIALS` for the others. Calls with their tokens fail with `ACCOUNT_INACTIVE`. */
    accountStatus: z.enum(accountStatuses),
    /** False for every account: no call of the shop confirms an e-mail address yet. */
    emailVerified: z.boolean(),
    /** Customer group for pricing rules, such as `wholesale`; null for none. */
    customerGroup: z.string().nullable(),
    createdAt,
  })
  .meta({ id: 'User' });
export type User = z.infer<typeof userSchema>;

export const tokenPairSchema = z
  .object({
    /** EdDSA-signed JWT (RFC 9068). Send it as `Authorization: Bearer`. */
    accessToken: z.string(),
    /** When the access token expires. Call `auth.refresh` before then. */
    accessTokenExpiresAt: instant,
    /** Opaque, for single use: every refresh returns a new one. */
    refreshToken: z.string(),
    /** When the refresh token expires. After that the owner must sign in again. */
    refreshTokenExpiresAt: instant,
  })
  .meta({ id: 'TokenPair' });
export type TokenPair = z.infer<typeof tokenPairSchema>;

export const sessionSchema = z
  .object({
    /** The account that signed in. */
    user: userSchema,
    /** Tokens of the new session. */
    tokens: tokenPairSchema,
  })
  .meta({ id: 'Session' });
export type Session = z.infer<typeof sessionSchema>;

/** Checks only the length, as NIST SP 800-63B requires. Passwords that are easy to guess are rejected with `WEAK_PASSWORD`. */
export const newPassword = z.string().min(10).max(128);

/** Staff can read other people's data, so their passwords need 15 characters or more. */
export const newStaffPassword = z.string().min(15).max(128);

const signInInput = z.strictObject({
  email,
  /** Password of the account. */
  password: z.string().min(1).max(128),
});
/** People with one name send none, or an empty one. */
const lastNameInput = z.union([nameText(100), z.literal('')]).default('');

export const registerInput = z.strictObject({
  email,
  /** 10 characters or more, not easy to guess. */
  password: newPassword,
  /** First name of the customer, or the only one; mails greet with it. */
  firstName: nameText(100),
  /** Last name of the customer. */
  lastName: lastNameInput,
});

export const authContract = {
  register: mutation({
    summary: 'Create a customer account',
    description:
      'The response is the same whether or not the address already has an account. The owner of an existing account gets a mail.',
    access: 'public',
    budget: 'auth',
    rest: { method: 'POST', path: '/auth/register', status: 202 },
    input: registerInput,
    output: done,
    errors: ['WEAK_PASSWORD'],
  }),
  login: mutation({
    summary: 'Sign in with e-mail and password',
    access: 'public',
    budget: 'auth',
    rest: { method: 'POST', path: '/auth/login' },
    input: signInInput,
    output: sessionSchema,
    errors: ['INVALID_CREDENTIALS'],
  }),
  refresh: mutation({
    summary: 'Exchange a refresh token for a new token pair',
    description: 'A refresh token works once. Using it again ends the whole session.',
    access: 'public',
    budget: 'auth',
    rest: { method: 'POST', path: '/auth/refresh' },
    input: z.strictObject({
      /** Refresh token of the latest token pair. */
      refreshToken: z.string().min(20).max(200),
    }),
    output: tokenPairSchema,
    errors: ['INVALID_TOKEN', 'REFRESH_REUSED'],
  }),
  logout: mutation({
    summary: 'Sign out: end this session',
    access: 'signed-in',
    rest: { method: 'POST', path: '/auth/logout' },
    input: nothing,
    output: done,
  }),
  setup: query({
    summary: 'Check whether the shop still needs its first administrator',
    access: 'public',
    rest: { method: 'GET', path: '/auth/setup' },
    input: nothing,
    output: z.object({ open: z.boolean().describe('Whether the set-up page is open: false once the shop has an administrator') }),
  }),
  createOwner: mutation({
    summary: 'Create the account of the first administrator',
    description:
      'Takes the set-up token that the API logs while the shop has no administrator. Returns 404 once the shop has one. Sign ' +
      'in afterwards.',
    access: 'public',
    budget: 'auth',
    rest: { method: 'POST', path: '/auth/setup', status: 201 },
    input: z.strictObject({
      token: z.string().min(1).max(200).describe('Set-up token from the log of the API'),
      email: email.describe('E-mail address that the administrator signs in with'),
      password: newStaffPassword.describe('15 characters or more, not easy to guess'),
      /** First name of the administrator. */
      firstName: nameText(100),
      /** Last name of the administrator. */
      lastName: lastNameInput,
    }),
    output: done,
    errors: ['NOT_FOUND', 'SETUP_TOKEN_INVALID', 'WEAK_PASSWORD', 'EMAIL_TAKEN', 'RATE_LIMITED', 'BUSY'],
  }),
  me: query({
    summary: 'The signed-in account',
    access: 'signed-in',
    rest: { method: 'GET', path: '/auth/me' },
    input: nothing,
    output: userSchema,
  }),
  verify: query({
    summary: 'Check an access token and read what it grants',
    access: 'signed-in',
    rest: { method: 'GET', path: '/auth/verify' },
    input: nothing,
    output: z.object({
      userId,
      /** Role of the account. */
      role: roleSchema,
      /** What the token permits: the scopes of the role. */
      scopes: z.array(scopeSchema),
      /** When the access token expires. */
      expiresAt: instant,
    }),
  }),
} as const;
