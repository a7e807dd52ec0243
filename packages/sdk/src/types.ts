/** The shop's procedures as functions, typed from the contract alone: no server type, no schema library. */
import type { MutationContract, ProcedureContract, QueryContract, ShopContract, SubscriptionContract } from '@cartwright/contracts';
import type { z } from 'zod';
import type { CartwrightError } from './errors.ts';

/** Options of one call. */
export interface CallOptions {
  /** Ends the call, and every retry of it. */
  readonly signal?: AbortSignal | undefined;
  /** Longest one attempt may take; the client's `timeoutMs` unless told. */
  readonly timeoutMs?: number | undefined;
  /** Key for mutations that take one. Made by the client when left out; give your own to repeat a call across restarts. */
  readonly idempotencyKey?: string | undefined;
}

/** An answer with what the transport knows of it. */
export interface ShopResponse<T> {
  /** What the call alone would have answered. */
  readonly data: T;
  /** Quote it to support. */
  readonly requestId: string | null;
  /** Whether the shop repeated the answer of an earlier call with the same key. */
  readonly replayed: boolean;
}

/** Options of a feed read by `for await`. */
export interface FeedOptions {
  /** Ends the feed. */
  readonly signal?: AbortSignal | undefined;
}
/** What to do with a feed that is not read by `for await`. */
export interface FeedHandlers<T> extends FeedOptions {
  /** Called with each item, in order. */
  readonly onData: (item: T) => void;
  /** The feed was refused and will not be tried again. Without it `done` is rejected. */
  readonly onError?: ((error: CartwrightError) => void) | undefined;
  /** The feed is open: what happens from now on arrives. Called again after each reconnection. */
  readonly onConnected?: (() => void) | undefined;
  /** The connection was lost and will be made again. */
  readonly onLost?: ((error: CartwrightError) => void) | undefined;
}
/** A feed that hands its items to a function. */
export interface FeedSubscription {
  /** Ends the feed. Nothing is handed out afterwards. */
  close(): void;
  /** Settles when the feed has ended. */
  readonly done: Promise<void>;
}

type Args<I extends z.ZodType> =
  Record<string, never> extends z.input<I> ? [input?: z.input<I>, options?: CallOptions] : [input: z.input<I>, options?: CallOptions];

/** One procedure. Call it for the data, or `withResponse` for the request id and whether it was a replay. */
export interface ShopCall<I extends z.ZodType, O extends z.ZodType> {
  (...args: Args<I>): Promise<z.output<O>>;
  /** The same call, answering its data with what the transport knows of it. */
  withResponse(...args: Args<I>): Promise<ShopResponse<z.output<O>>>;
}

type Unpaged<I> = Omit<I, 'page' | 'cursor'>;
/** Walks every page of a list, asking for the next one when it is needed. */
export interface Iterate<I, T> {
  (
    ...args: Record<string, never> extends Unpaged<I>
      ? [input?: Unpaged<I>, options?: CallOptions]
      : [input: Unpaged<I>, options?: CallOptions]
  ): AsyncIterable<T>;
}
interface Page<T> {
  items: T[];
}
type IterateOf<I extends z.ZodType, O extends z.ZodType> =
  z.output<O> extends Page<infer T> & ({ nextCursor: string | null } | { page: number }) ? { iterate: Iterate<z.input<I>, T> } : unknown;

/** A live feed: as an async iterable, or handed to `onData`. */
export interface ShopFeed<I extends z.ZodType, O extends z.ZodType> {
  (input: z.input<I> | undefined, handlers: FeedHandlers<z.output<O>>): FeedSubscription;
  (input?: z.input<I>, options?: FeedOptions): AsyncIterable<z.output<O>>;
}

type ShopProcedure<C> =
  C extends SubscriptionContract<infer I, infer O>
    ? ShopFeed<I, O>
    : C extends QueryContract<infer I, infer O>
      ? ShopCall<I, O> & IterateOf<I, O>
      : C extends MutationContract<infer I, infer O>
        ? ShopCall<I, O>
        : never;

/** A domain's `list` can be walked from the domain itself: `shop.orders.iterate()`. */
type IterateList<D> = D extends { list: QueryContract<infer I, infer O> } ? IterateOf<I, O> : unknown;

/** Every domain of the shop with its procedures. */
export type ShopApi = {
  readonly [D in keyof ShopContract]: { readonly [P in keyof ShopContract[D]]: ShopProcedure<ShopContract[D][P]> } & IterateList<
    ShopContract[D]
  >;
};

/** What each procedure takes: `ShopInputs['carts']['addItem']`. */
export type ShopInputs = {
  [D in keyof ShopContract]: {
    [P in keyof ShopContract[D]]: ShopContract[D][P] extends ProcedureContract ? z.input<ShopContract[D][P]['input']> : never;
  };
};
/** What each procedure answers: `ShopOutputs['orders']['get']`. */
export type ShopOutputs = {
  [D in keyof ShopContract]: {
    [P in keyof ShopContract[D]]: ShopContract[D][P] extends ProcedureContract ? z.output<ShopContract[D][P]['output']> : never;
  };
};
