/** The type of the shop as a tRPC router, derived from the contract, for tRPC's client and tools. */
import type { MutationContract, Problem, QueryContract, ShopContract, SubscriptionContract } from '@cartwright/contracts';
import type { TRPCBuiltRouter, TRPCMutationProcedure, TRPCQueryProcedure, TRPCSubscriptionProcedure } from '@trpc/server';
import type { z } from 'zod';

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
/** An item of a feed in tRPC's client, with the id from which a new connection resumes. */
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

/** The type of the shop as a tRPC router, for `createTRPCClient<ShopRouter>()` and other tRPC tools. */
export type ShopRouter = TRPCBuiltRouter<PublicRoot, RouterRecord>;
