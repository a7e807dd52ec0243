/** The text that readers of the OpenAPI document see first: money, sign-in, guests, `Idempotency-Key`. */
import { headers } from '@cartwright/contracts';

/** The header with a guest's token, as readers write it: `X-Cart-Token`. */
export const cartTokenHeader = headers.cartToken.replace(/(^|-)\w/g, (c) => c.toUpperCase());

const paragraphs: readonly (readonly string[])[] = [
  ['Money is in minor units of its currency. Instants are RFC 3339 in UTC. Errors are RFC 9457 problems with a stable `code`.'],
  [
    '**Sign-in.** `POST /auth/login` returns an `accessToken`: send it as `Authorization: Bearer <accessToken>`. It is valid until',
    '`accessTokenExpiresAt`; then `POST /auth/refresh` exchanges the `refreshToken` for a new pair. The role of an account decides its',
    'scopes; `GET /auth/verify` lists them. A token that is not valid is refused with `INVALID_TOKEN`, also where none is needed,',
    'except by the calls that sign in.',
  ],
  [
    `**Guests** have no account. \`POST /carts\` returns their cart and its \`cartToken\`: send it as \`${cartTokenHeader}\` with each`,
    'call about the cart and about the order that is placed from it. A guest who buys from a flash sale without a cart gets an',
    '`orderToken`, which opens the order in the same header. A cart or order of somebody else is `NOT_FOUND`.',
  ],
  [
    '**Idempotency.** Changes that list the header `Idempotency-Key` take effect once for each key; some require it, such as',
    '`POST /checkout`. A key is 16 to 64 characters of `A-Z a-z 0-9 _ -`, a new one for each change that is wanted. A retry',
    'with the same key and input gets the stored response, errors that follow an effect included, with',
    '`Idempotency-Replayed: true`, for 30 days. After that it still has no second effect: it gets the current state of the record,',
    'or `IDEMPOTENCY_RESPONSE_GONE`. Only calls that fill a cart fill it again then.',
    'While the first request runs, a retry gets `IDEMPOTENCY_IN_PROGRESS`; the same key with another input gets',
    '`IDEMPOTENCY_KEY_REUSED`.',
  ],
];
/** The description of the whole document, in Markdown. */
export const introduction = paragraphs.map((lines) => lines.join(' ')).join('\n\n');
