/** The shop's procedures as functions, typed from the contract alone: no server type, no schema library. */
import type { MutationContract, Problem, QueryContract, ShopContract, SubscriptionContract } from '@cartwright/contracts';
import type { TRPCBuiltRouter, TRPCMutationProcedure, TRPCQueryProcedure, TRPCSubscriptionProcedure } from '@trpc/server';
import type { z } from 'zod';

/** Options of one call. */
export interface CallOptions {
  /** Ends the call, and every retry of it. */
  readonly signal?: AbortSignal;
  /** Longest one attempt may take; the client's `timeoutMs` unless told. */
  readonly timeoutMs?: number;
  /** Key for mutations that take one. Made by the client when left out; give your own to repeat a call across restarts. */
  readonly idempotencyKey?: string;
}

/** An answer with what the transport knows of it. */
export interface ShopResponse<T> {
  readonly data: T;
  /** Quote it to support. */
  readonly requestId: string | null;
  /** Whether the shop repeated the answer of an earlier call with the same key. */
  readonly replayed: boolean;
}

type Args<I extends z.ZodType> =
  Record<string, never> extends z.input<I> ? [input?: z.input<I>, options?: CallOptions] : [input: z.input<I>, options?: CallOptions];

/** One procedure. Call it for the data, or `withResponse` for the request id and whether it was a replay. */
export interface ShopCall<I extends z.ZodType, O extends z.ZodType> {
  (...args: Args<I>): Promise<z.output<O>>;
  withResponse(...args: Args<I>): Promise<ShopResponse<z.output<O>>>;
}

type ShopProcedure<C> =
  C extends SubscriptionContract<infer I, infer O>
    ? (input?: z.input<I>, options?: Pick<CallOptions, 'signal'>) => AsyncIterable<z.output<O>>
    : C extends QueryContract<infer I, infer O> | MutationContract<infer I, infer O>
      ? ShopCall<I, O>
      : never;

/** `iterate` walks every page of a domain's `list`. */
type Iterate<D> = D extends { list: QueryContract<infer I, infer O> }
  ? z.output<O> extends { items: (infer T)[] }
    ? { iterate(input?: Omit<z.input<I>, 'page' | 'cursor'>, options?: CallOptions): AsyncIterable<T> }
    : unknown
  : unknown;

/** Every domain of the shop with its procedures. */
export type ShopApi = {
  readonly [D in keyof ShopContract]: { readonly [P in keyof ShopContract[D]]: ShopProcedure<ShopContract[D][P]> } & Iterate<
    ShopContract[D]
  >;
};

interface PublicRoot {
  ctx: object;
  meta: object;
  errorShape: {
    message: string;
    code: number;
    data: { code: string; httpStatus: number; path: string | null; problem: Problem };
  };
  transformer: false;
}
/** An item of a feed as tRPC's own client hands it out: with the id after which a new connection resumes. */
interface TrackedItem<T> {
  id: string;
  data: T;
}
type RouterProcedure<C> =
  C extends SubscriptionContract<infer I, infer O>
    ? TRPCSubscriptionProcedure<{ input: z.input<I>; output: AsyncIterable<TrackedItem<z.output<O>>, void, unknown>; meta: object }>
    : C extends QueryContract<infer I, infer O>
      ? TRPCQueryProcedure<{ input: z.input<I>; output: z.output<O>; meta: object }>
      : C extends MutationContract<infer I, infer O>
        ? TRPCMutationProcedure<{ input: z.input<I>; output: z.output<O>; meta: object }>
        : never;
type RouterRecord = { [D in keyof ShopContract]: { [P in keyof ShopContract[D]]: RouterProcedure<ShopContract[D][P]> } };

/** The shop as a tRPC router, for `createTRPCClient<ShopRouter>()` and tRPC's other tools. */
export type ShopRouter = TRPCBuiltRouter<PublicRoot, RouterRecord>;
