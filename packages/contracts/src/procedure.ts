/**
 * The shape of one procedure of the public API. The tRPC router, the REST table, the OpenAPI
 * document, the authorisation matrix and the SDK's types are all derived from these records.
 */
import type { z } from 'zod';
import type { ErrorCode } from './errors.ts';
import type { Scope } from './scopes.ts';

/**
 * Who may call a procedure. What a procedure does decides its scopes.
 * - `public`: anybody; a guest or a signed-in actor may get a different view
 * - `signed-in`: any active account, customer or staff
 * - `{ scope }`: staff or an API key that holds the scope; with `and` these scopes as well
 */
export type Access = 'public' | 'signed-in' | { readonly scope: Scope; readonly and?: readonly Scope[] };

/** An effect that only some calls of a procedure have, and the scope that these calls need beside its access. */
export interface ConditionalScope {
  readonly scope: Scope;
  /** The calls that need it, as the end of a sentence: "when the order was paid". */
  readonly when: string;
}

/** Every scope that a procedure always needs; none for `public` and `signed-in`. */
export const scopesOfAccess = (access: Access): readonly Scope[] =>
  typeof access === 'string' ? [] : [access.scope, ...(access.and ?? [])];

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Where a procedure lives under `/api/v1`. Path parameters in braces are fields of the input. */
export interface RestRoute {
  readonly method: HttpMethod;
  readonly path: `/${string}`;
  /** Status of a success; 200 unless told. */
  readonly status?: 200 | 201 | 202;
  /** Other addresses of the same procedure, with the same parameters, for callers who look for it there. */
  readonly also?: readonly { readonly method: HttpMethod; readonly path: `/${string}` }[];
}

/** A named request budget; the API's rate limiter knows how many calls each allows. */
export type RateBudget = 'read' | 'write' | 'auth' | 'purchase' | 'import';

/**
 * What makes a keyed call unique for ever:
 * - `key`: the key stays in the database beside what the call made, and a repeat is answered with that
 * - `state`: what the call changes can be changed once; a repeat finds it changed
 * - `lapse`: the effect ends by itself before the key's answer is deleted, as the hold of a cart does
 */
export type UniqueBy = 'key' | 'state' | 'lapse';

interface ProcedureOptions<I extends z.ZodType, O extends z.ZodType> {
  readonly input: I;
  readonly output: O;
  readonly access: Access;
  /** Scopes that depend on what the call does. The core checks each where the effect is made; without it the call changes nothing and answers `FORBIDDEN`. */
  readonly alsoNeeds?: readonly ConditionalScope[];
  readonly rest: RestRoute;
  /** One line for people; becomes the OpenAPI summary and the SDK reference. */
  readonly summary: string;
  readonly description?: string;
  /** `required` refuses a call without `Idempotency-Key`; `optional` honours one that is sent. */
  readonly idempotency?: 'required' | 'optional';
  /** What keeps a repeat from having a second effect once the answer of its key was deleted, after 30 days. Every procedure that takes a key says it. */
  readonly uniqueBy?: UniqueBy;
  /** Done twice it is done once, with the same answer: a client may repeat it without a key. For changes that name their outcome. */
  readonly repeatable?: true;
  /** The use-case keeps the record of its keys itself, because it is faster than the common store at what it does. */
  readonly keepsOwnRecord?: true;
  readonly budget?: RateBudget;
  /**
   * Answers to GET carry an ETag. What strangers get may be kept by browsers and CDNs for half a minute; what depends
   * on who asks is kept by nobody but the caller, and asked about each time.
   */
  readonly caching?: 'public';
  /**
   * Shows or changes one product, named by the input's `id`. Its ETag over REST is strong and begins with the product's
   * version; a change may say by `If-Match` what it is based on, in place of the field `version`.
   */
  readonly preconditions?: 'product';
  /** Business errors a caller should be ready for, beside those every procedure may answer. */
  readonly errors?: readonly ErrorCode[];
}

export interface QueryContract<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> extends ProcedureOptions<I, O> {
  readonly kind: 'query';
}
export interface MutationContract<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> extends ProcedureOptions<I, O> {
  readonly kind: 'mutation';
}
/** A live feed; served as Server-Sent Events by tRPC, without a REST twin. `output` is one item. */
export interface SubscriptionContract<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> extends Omit<
  ProcedureOptions<I, O>,
  'rest' | 'idempotency' | 'uniqueBy' | 'repeatable'
> {
  readonly kind: 'subscription';
}

export type ProcedureContract = QueryContract | MutationContract | SubscriptionContract;
/** One domain's procedures by name. */
export type DomainContract = Readonly<Record<string, ProcedureContract>>;
/** The whole API: domain -> procedure. */
export type Contract = Readonly<Record<string, DomainContract>>;

/** Describes a read. It must have no effect that a caller could notice. */
export const query = <I extends z.ZodType, O extends z.ZodType>(options: ProcedureOptions<I, O>): QueryContract<I, O> => ({
  kind: 'query',
  budget: 'read',
  ...options,
});

/** Describes a change. */
export const mutation = <I extends z.ZodType, O extends z.ZodType>(options: ProcedureOptions<I, O>): MutationContract<I, O> => ({
  kind: 'mutation',
  budget: 'write',
  ...options,
});

/** Describes a live feed. */
export const subscription = <I extends z.ZodType, O extends z.ZodType>(
  options: Omit<ProcedureOptions<I, O>, 'rest' | 'idempotency' | 'uniqueBy'>,
): SubscriptionContract<I, O> => ({ kind: 'subscription', budget: 'read', ...options });
