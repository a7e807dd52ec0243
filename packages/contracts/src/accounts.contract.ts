/** Accounts: registration, sign-in, tokens and the signed-in person. */
import { z } from 'zod';
import { done, email, instant, nothing, nameText, unreadable } from './common.ts';
import { userId } from './ids.ts';
import { mutation, query } from './procedure.ts';
import { roleSchema, scopeSchema } from './scopes.ts';

export const accountStatuses = ['active', 'suspended', 'deactivated'] as const;

export const userSchema = z
  .object({
    id: userId,
    email: z.string().nullable().describe('Null only when it is named in `unreadable`'),
    firstName: z.string().nullable(),
    lastName: z.string().nullable(),
    unreadable,
    role: roleSchema,
    scopes: z.array(scopeSchema),
    accountStatus: z.enum(accountStatuses),
    emailVerified: z.boolean(),
    /** Customer group that pricing rules may name, such as `wholesale`; null when in none. */
    customerGroup: z.string().nullable(),
    createdAt: instant,
  })
  .meta({ id: 'User' });
export type User = z.infer<typeof userSchema>;

export const tokenPairSchema = z
  .object({
    /** EdDSA-signed JWT (RFC 9068), to be sent as `Authorization: Bearer`. */
    accessToken: z.string(),
    accessTokenExpiresAt: instant,
    /** Opaque, single use: every refresh answers with a new one. */
    refreshToken: z.string(),
    refreshTokenExpiresAt: instant,
  })
  .meta({ id: 'TokenPair' });
export type TokenPair = z.infer<typeof tokenPairSchema>;

export const sessionSchema = z.object({ user: userSchema, tokens: tokenPairSchema }).meta({ id: 'Session' });
export type Session = z.infer<typeof sessionSchema>;

/** Length only, as NIST SP 800-63B asks; easy passwords are refused as `WEAK_PASSWORD`. */
export const newPassword = z.string().min(10).max(128);

/** Staff reach other people's data: 15 characters or more. */
export const newStaffPassword = z.string().min(15).max(128);

const signInInput = z.strictObject({ email, password: z.string().min(1).max(128) });
export const registerInput = z.strictObject({ email, password: newPassword, firstName: nameText(100), lastName: nameText(100) });

export const authContract = {
  register: mutation({
    summary: 'Open a customer account',
    description: 'Answers the same whether or not the address already has an account; its owner is told by mail.',
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
    summary: 'Trade a refresh token for a new pair',
    description: 'A refresh token works once. Using a spent one ends the whole session.',
    access: 'public',
    budget: 'auth',
    rest: { method: 'POST', path: '/auth/refresh' },
    input: z.strictObject({ refreshToken: z.string().min(20).max(200) }),
    output: tokenPairSchema,
    errors: ['INVALID_TOKEN', 'REFRESH_REUSED'],
  }),
  logout: mutation({
    summary: 'End this session',
    access: 'signed-in',
    rest: { method: 'POST', path: '/auth/logout' },
    input: nothing,
    output: done,
  }),
  setup: query({
    summary: 'Whether the shop waits for its first administrator',
    description: 'Answers 404 once there is one, and for ever after.',
    access: 'public',
    rest: { method: 'GET', path: '/auth/setup' },
    input: nothing,
    output: z.object({ open: z.literal(true) }),
    errors: ['NOT_FOUND'],
  }),
  createOwner: mutation({
    summary: 'Open the account of the first administrator',
    description:
      'Takes the set-up token that the API writes to its log while the shop has no administrator. Answers 404 once there is one. Sign in afterwards.',
    access: 'public',
    budget: 'auth',
    rest: { method: 'POST', path: '/auth/setup', status: 201 },
    input: z.strictObject({
      token: z.string().min(1).max(200).describe('the set-up token from the log of the API'),
      email: email.describe('the address that the administrator signs in with'),
      password: newStaffPassword.describe('15 characters or more, not easy to guess'),
      firstName: nameText(100),
      lastName: nameText(100),
    }),
    output: done,
    errors: ['NOT_FOUND', 'SETUP_TOKEN_INVALID', 'WEAK_PASSWORD', 'EMAIL_TAKEN', 'RATE_LIMITED'],
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
    output: z.object({ userId, role: roleSchema, scopes: z.array(scopeSchema), expiresAt: instant }),
  }),
} as const;
