/** How messages name a call of the API, for clients of every kind. */
import { contract, restPrefix, type ProcedureContract, type ShopContract } from '@cartwright/contracts';

/** A call, such as `checkout.retryPayment`. */
export type CallName = { [D in keyof ShopContract]: `${D}.${keyof ShopContract[D] & string}` }[keyof ShopContract];

/** Names a call by procedure and REST route: `checkout.retryPayment (POST /api/v1/orders/{orderId}/payments)`. */
export const nameCall = (name: CallName): string => {
  const [domain = '', procedure = ''] = name.split('.');
  const entry = (contract as unknown as Readonly<Record<string, Readonly<Record<string, ProcedureContract>>>>)[domain]?.[procedure];
  return entry && entry.kind !== 'subscription' ? `${name} (${entry.rest.method} ${restPrefix}${entry.rest.path})` : name;
};
