/**
 * The shape of one procedure of the public API. The tRPC router, the REST table, the OpenAPI
 * document, the authorisation matrix and the SDK's types are all derived from these records.
 */
import type { z } from 'zod';
import type { ErrorCode } from './errors.ts';
import type { Scope } from './scopes.ts';

/**
 * Who may call a procedure. Its effects decide which scopes it needs.
 * - `public`: everybody; guests and signed-in actors may get different views
 * - `signed-in`: any active account, customer or staff
 * - `{ buyerOf }`: whose cart or order the call names: the signed-in account, or the guest with its cart token; with `orStaff` also
 *   staff with that scope. To everybody else the record does not exist.
 * - `{ scope }`: staff with this scope and with every scope in `and`
 */
export type Access = 'public' | 'signed-in' | BuyerAccess | { readonly scope: Scope; readonly and?: readonly Scope[] };

/** Access of the buyer to their own cart or order, and to what belongs to it, such as its payments. */
export interface BuyerAccess {
  readonly buyerOf: 'cart' | 'order';
  readonly orStaff?: Scope;
}
/** Whether a procedure is for the buyer of the cart or order that the call names. */
export const isForBuyer = (access: Access): access is BuyerAccess => typeof access === 'object' && 'buyerOf' in access;
/** Whether guests may call a procedure, with a cart token or without. */
export const isOpenToGuests = (access: Access): boolean => access === 'public' || isForBuyer(access);

/** An additional scope that some calls of a procedure need. */
export interface ConditionalScope {
  readonly scope: Scope;
  /** The calls that need it, as the end of a sentence: "when the order was paid". */
  readonly when: string;
}

/** Every scope that each caller of a procedure needs; none for buyers. */
export const scopesOfAccess = (access: Access): readonly Scope[] =>
  typeof access === 'string' || isForBuyer(access) ? [] : [access.scope, ...(access.and ?? [])];

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The path under which all REST routes begin. */
export const restPrefix = '/api/v1';

/** REST address of a procedure under `restPrefix`. Path parameters in braces are fields of the input. */
export interface RestRoute {
  readonly method: HttpMethod;
  readonly path: `/${string}`;
  /** HTTP status of a success; default 200. */
  readonly status?: 200 | 201 | 202;
  /** Further addresses of the same procedure, with the same parameters. */
  readonly also?: readonly { readonly method: HttpMethod; readonly path: `/${string}` }[];
}

/** Rate limit budget that a call counts against. The API sets how many calls each budget allows. */
export type RateBudget = 'read' | 'write' | 'auth' | 'purchase' | 'import';

/**
 * What prevents a second effect after the stored response of an idempotency key is deleted:
 * - `key`: the key is stored for ever with the created record; a repeat returns that record
 * - `state`: the change can happen only once; a repeat finds it already done
 * - `lapse`: the effect ends before the stored response is deleted, such as the hold of a cart
 */
export type UniqueBy = 'key' | 'state' | 'lapse';

interface ProcedureOptions<I extends z.ZodType, O extends z.ZodType> {
  readonly input: I;
  readonly output: O;
  readonly access: Access;
  /**
   * Scopes that only some calls need. The core checks each scope where it makes the effect. A call without the scope changes nothing
   * and fails with `FORBIDDEN`.
   */
  readonly alsoNeeds?: readonly ConditionalScope[];
  /** The call also reads the token of a guest's cart: one about an account needs both, a public one takes it when it is sent. */
  readonly readsCartToken?: true;
  readonly rest: RestRoute;
  /** One line for readers; shown as OpenAPI summary and in the reference. */
  readonly summary: string;
  readonly description?: string;
  /** `required` rejects a call without `Idempotency-Key`; `optional` uses a key that is sent. */
  readonly idempotency?: 'required' | 'optional';
  /**
   * What prevents a second effect after 30 days, when the stored response of a key is deleted. Every procedure that takes a key sets
   * it.
   */
  readonly uniqueBy?: UniqueBy;
  /** The change is idempotent by nature, because its input names the outcome. A client may repeat it without a key. */
  readonly repeatable?: true;
  /** The use-case stores its idempotency keys itself, because that is faster here than the common store. */
  readonly keepsOwnRecord?: true;
  readonly budget?: RateBudget;
  /**
   * Responses to GET carry an ETag. Browsers and CDNs may cache responses to anonymous callers for 30 seconds. Only the caller
   * may cache a response that depends on the caller, and must revalidate it each time.
   */
  readonly caching?: 'public';
  /**
   * The procedure reads or changes the product that the input's `id` names. Its ETag over REST is strong and begins with the
   * product's version. A change may send `If-Match` instead of the field `version`.
   */
  readonly preconditions?: 'product';
  /** Error codes that the use-case throws. Those of every procedure, and those that fields of the input set, are added to them. */
  readonly errors?: readonly ErrorCode[];
}

export interface QueryContract<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> extends ProcedureOptions<I, O> {
  readonly kind: 'query';
}
export interface MutationContract<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> extends ProcedureOptions<I, O> {
  readonly kind: 'mutation';
}
/** A live feed: tRPC sends it as Server-Sent Events; it has no REST address. `output` is one item. */
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

/** Describes a read. A read has no effect that a caller can notice. */
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
