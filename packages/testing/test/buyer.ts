/** A buyer who uses the HTTP API, from an empty cart to the response of the checkout. */
import { aCheckout, aKey, restCall, type RestAnswer, type RestRequest } from '@cartwright/testing';

/** How a request is sent; the default sends it once. */
export type Send = (request: RestRequest) => Promise<RestAnswer>;

export const sendTo =
  (...urls: string[]): Send =>
  (request) => {
    turn += 1;
    return restCall(urls[turn % urls.length] ?? '', request);
  };
let turn = 0;

/** Fills a new cart with units of a variant and returns the request of its checkout, or the refusal when the cart cannot be filled. */
export const fillCart = async (
  send: Send,
  variantId: string,
  quantity = 1,
): Promise<{ checkout: RestRequest } | { refused: RestAnswer }> => {
  const opened = await send({ method: 'POST', path: '/carts', body: {}, headers: { 'idempotency-key': aKey() } });
  const { cart, cartToken } = opened.body as { cart: { id: Parameters<typeof aCheckout>[0]['id'] }; cartToken: string };
  if (opened.status !== 201) return { refused: opened };
  const headers = { 'x-cart-token': cartToken, 'idempotency-key': aKey() };
  const filled = await send({ method: 'POST', path: `/carts/${cart.id}/items`, body: { variantId, quantity }, headers });
  if (filled.status !== 201) return { refused: filled };
  return { checkout: { method: 'POST', path: '/checkout', body: aCheckout(cart), headers: { ...headers, 'idempotency-key': aKey() } } };
};

/** Buys units of a variant. */
export const buy = async (send: Send, variantId: string): Promise<RestAnswer> => {
  const filled = await fillCart(send, variantId);
  return 'refused' in filled ? filled.refused : send(filled.checkout);
};

/** Counts the outcomes: a status below 400, or the status and code of the refusal. */
export const tally = (answers: readonly RestAnswer[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { status, body } of answers) {
    const name = status < 400 ? String(status) : `${status} ${String(body['code'])}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
};
