/** Invalid responses of Stripe that the shop must handle: another shape, amount, currency or size. */

interface Answer {
  readonly status: number;
  readonly body: unknown;
}
/** Returns the text that is sent instead of a response. */
export type AnswerFault = (answer: Answer) => { readonly status: number; readonly text: string };

const json = (body: unknown): { status: number; text: string } => ({ status: 200, text: JSON.stringify(body) });
const bytes =
  (text: string): AnswerFault =>
  () => ({ status: 200, text });

type Fields = Readonly<Record<string, unknown>>;
const changed = (object: unknown, change: (object: Fields) => Fields): unknown => {
  const fields = object as Fields;
  const { data, payment_intent: intent } = fields;
  if (Array.isArray(data)) return { ...fields, data: data.map((one) => changed(one, change)) };
  // A payment page contains its intent.
  if (fields['object'] === 'checkout.session')
    return { ...fields, ...(typeof intent === 'object' && intent !== null && { payment_intent: changed(intent, change) }) };
  return { ...fields, ...change(fields) };
};
/** Changes fields of the object in the response, or of each object in a list. */
const fields =
  (change: (object: Fields) => Fields): AnswerFault =>
  ({ body }) =>
    json(changed(body, change));
const amounts = (value: (amount: number) => unknown): AnswerFault =>
  fields(({ amount, amount_received: received }) => ({
    amount: value(Number(amount)),
    ...(received !== undefined && { amount_received: value(Number(received)) }),
  }));

/** Responses with a shape that Stripe does not document. */
export const shapeFaults = {
  'an amount as text': amounts(String),
  'an amount of null': amounts(() => null),
  'a negative amount': amounts((amount) => -amount),
  'an amount with a fraction': amounts((amount) => amount + 0.5),
  'an amount beyond safe integers': amounts(() => 2 ** 60),
  'an amount of zero': amounts(() => 0),
  'an empty currency': fields(() => ({ currency: '' })),
  'an unknown currency': fields(() => ({ currency: 'zzz' })),
  'no currency': fields(() => ({ currency: undefined })),
  'no id': fields(() => ({ id: undefined })),
  'a number as id': fields(() => ({ id: 42 })),
  'an unknown status': fields(() => ({ status: 'teleported' })),
  'no status': fields(() => ({ status: undefined })),
  'the body null': bytes('null'),
  'an empty body': bytes(''),
  'a list in place of an object': bytes('[1,2]'),
  'an empty object': bytes('{}'),
  'HTML in place of JSON': bytes('<!doctype html><title>Welcome</title>'),
  'JSON that is cut off': ({ body }) => ({ status: 200, text: JSON.stringify(body).slice(0, 60) }),
  'a body of 30 MB': ({ body }) => ({
    status: 200,
    text: `${JSON.stringify(body).slice(0, -1)},"padding":"${'x'.repeat(30 * 1024 * 1024)}"}`,
  }),
} as const satisfies Record<string, AnswerFault>;

/** Valid responses with another amount or currency than requested. */
export const moneyFaults = {
  'more than was asked for': amounts((amount) => amount + 100),
  'less than was asked for': amounts((amount) => amount - 100),
  'another currency': fields(() => ({ currency: 'chf' })),
} as const satisfies Record<string, AnswerFault>;
