/**
 * The complete list of error codes that a client can get: meaning, HTTP status, and whether the same request
 * may be sent again. Codes that never leave the server are `InternalCode` of the core.
 */
import { z } from 'zod';

/** `never`: change the request; `safe`: the same request may be sent again after a pause. */
export type RetryAdvice = 'never' | 'safe';
interface ErrorRule {
  readonly status: number;
  readonly retry: RetryAdvice;
  readonly title: string;
}
const rule = (status: number, title: string, retry: RetryAdvice = 'never'): ErrorRule => ({ status, title, retry });

export const errorRules = {
  // 400: the request itself is malformed
  INVALID_INPUT: rule(400, 'The request has invalid fields'),
  UNKNOWN_FIELD: rule(400, 'The request has an unknown field, or repeats a field of the path'),
  INVALID_QUANTITY: rule(400, 'The quantity is not a whole number in range'),
  MALFORMED_BODY: rule(400, 'The body or input cannot be read'),
  BATCH_TOO_LARGE: rule(400, 'Too many calls in one batch'),
  IDEMPOTENCY_KEY_REQUIRED: rule(400, 'An Idempotency-Key header is required'),
  IDEMPOTENCY_KEY_INVALID: rule(400, 'The Idempotency-Key header is malformed'),
  // 401, 403
  UNAUTHENTICATED: rule(401, 'Sign in first'),
  INVALID_TOKEN: rule(401, 'The access or refresh token is not valid'),
  INVALID_CREDENTIALS: rule(401, 'E-mail or password is wrong'),
  REFRESH_REUSED: rule(401, 'The refresh token was used before; the session has been ended'),
  INVALID_SIGNATURE: rule(401, 'The signature does not match'),
  STALE_SIGNATURE: rule(401, 'The signed timestamp is outside the tolerance'),
  FORBIDDEN: rule(403, 'This account lacks the permission'),
  ADMISSION_REQUIRED: rule(403, 'An admitted waiting-room ticket is required'),
  SETUP_TOKEN_INVALID: rule(403, 'The set-up token is not valid'),
  ACCOUNT_INACTIVE: rule(403, 'This account is suspended or deactivated'),
  // 402
  PAYMENT_DECLINED: rule(402, 'The payment was declined'),
  // 404, 405
  NOT_FOUND: rule(404, 'Not found'),
  METHOD_NOT_ALLOWED: rule(405, 'This HTTP method is not supported here'),
  // 409: conflicts with the current state
  INSUFFICIENT_STOCK: rule(409, 'Not enough stock'),
  OUT_OF_STOCK: rule(409, 'Sold out'),
  SALE_NOT_OPEN: rule(409, 'The sale has not started'),
  SALE_ENDED: rule(409, 'The sale is over'),
  SALE_PAUSED: rule(409, 'The sale is paused', 'safe'),
  PURCHASE_LIMIT: rule(409, 'The purchase limit is reached'),
  STOCK_BELOW_RESERVED: rule(409, 'Stock, or the backorder limit, cannot go below what is reserved'),
  STOCK_NOT_TRACKED: rule(409, 'The stock of the variant is not tracked'),
  STOCK_RESERVED: rule(409, 'Units are reserved, so the stock has to stay tracked'),
  STOCK_TRACKING_CHANGED: rule(409, 'The line was sold with another tracking of stock than its variant has now'),
  INVALID_TRANSITION: rule(409, 'This step is not possible in the current status'),
  QUANTITY_EXCEEDS_ORDER: rule(409, 'The quantity exceeds what the order has left'),
  UNITS_BACKORDERED: rule(409, 'Units are backordered and have not arrived'),
  LIMIT_REACHED: rule(409, 'The maximum number is reached'),
  PRODUCT_RESERVED: rule(409, 'Units of the product are held'),
  CATEGORY_CYCLE: rule(409, 'A category cannot be below itself'),
  CATEGORY_NOT_EMPTY: rule(409, 'The category has subcategories'),
  IMPORT_RUNNING: rule(409, 'The import is queued or running'),
  IMPORT_ENDED: rule(409, 'The import has ended'),
  IMPORT_INCOMPLETE: rule(409, 'Chunks of the imported file are missing'),
  LOCATION_CLOSED: rule(409, 'The location is closed'),
  LOCATION_IS_DEFAULT: rule(409, 'The default location cannot be closed'),
  LOCATION_NOT_EMPTY: rule(409, 'The location still has units'),
  CART_ALREADY_ORDERED: rule(409, 'The cart has already been ordered'),
  CART_MERGED: rule(409, 'The cart was merged into another cart'),
  SALE_STARTED: rule(409, 'The sale has started'),
  NO_WAITING_ROOM: rule(409, 'The sale has no waiting room'),
  ORDER_NOT_PAYABLE: rule(409, 'The order does not wait for this payment'),
  ORDER_NOT_PAID: rule(409, 'The order was not paid'),
  ORDER_NOT_EDITABLE: rule(409, 'The order can no longer be edited'),
  ORDER_NOT_CANCELLED: rule(409, 'The order is not cancelled'),
  ORDER_NOT_RETURNABLE: rule(409, 'The order cannot be returned'),
  ORDER_EDIT_EMPTY: rule(409, 'The edit changes nothing'),
  ORDER_EDIT_REMOVES_ALL: rule(409, 'The edit would remove every item'),
  ORDER_EDIT_PENDING: rule(409, 'An edit of the order waits for its payment'),
  NO_PENDING_EDIT: rule(409, 'No edit of the order waits for a payment'),
  ADDRESS_CHANGES_TAX: rule(409, 'The new address would change tax and shipping'),
  RETURN_ALREADY_DECIDED: rule(409, 'The return was decided before'),
  RETURN_NOT_RECEIVABLE: rule(409, 'The return cannot be received in its status'),
  RETURN_NOT_IN_TRANSIT: rule(409, 'The return is not in transit'),
  RETURN_EMPTY: rule(409, 'No unit was received'),
  NO_PAYMENT_PROVIDER: rule(409, 'The shop has no payment provider'),
  PAYMENT_IN_PROGRESS: rule(409, 'A payment is in progress', 'safe'),
  PAYMENT_NOT_CAPTURED: rule(409, 'Nothing was captured of the payment'),
  CHARGE_IN_USE: rule(409, 'An order or a discrepancy refers to the charge'),
  CHARGE_ALREADY_REFUNDED: rule(409, 'The charge was refunded, or its refund is in progress'),
  CHARGE_AMOUNT_MISMATCH: rule(409, 'The charge does not cover the amount to pay'),
  CHARGE_NOT_FOUND: rule(409, 'No captured charge was found at the provider'),
  PROVIDER_REQUIRED: rule(409, 'The event id exists at more than one provider'),
  ACTION_NOT_AVAILABLE: rule(409, 'The action is not available for this discrepancy'),
  PRICE_CHANGED: rule(409, 'Prices have changed since they were shown'),
  QUOTE_CHANGED: rule(409, 'The quoted terms can no longer be kept'),
  CURRENCY_MISMATCH: rule(409, 'The currencies differ'),
  CHECKOUT_BLOCKED: rule(409, 'The cart cannot be checked out as it is'),
  CART_EMPTY: rule(409, 'The cart is empty'),
  HOLD_LIMIT: rule(409, 'One buyer cannot hold so many units, or units in so many carts'),
  SHIPPING_UNAVAILABLE: rule(409, 'No shipping method, or not the chosen one, delivers to this address'),
  REGION_REQUIRED: rule(409, 'Tax or shipping depends on the region, and the one given is missing or not known'),
  CODE_TAKEN: rule(409, 'This promo code exists already'),
  CODE_NOT_APPLICABLE: rule(409, 'This code does not apply'),
  PROMO_CODE_EXHAUSTED: rule(409, 'The promo code can no longer be used'),
  INSUFFICIENT_CREDIT: rule(409, 'The gift card or store credit does not cover the amount'),
  IDEMPOTENCY_IN_PROGRESS: rule(409, 'The first request with this key is still running', 'safe'),
  REFUND_EXCEEDS_CAPTURED: rule(409, 'The refund exceeds the refundable amount'),
  REFUND_REFUSED: rule(409, 'The payment provider refused the refund'),
  PAYMENT_DISPUTED: rule(409, 'The payment is under dispute'),
  ORDER_REFUNDED: rule(409, 'The order was fully refunded and cannot be shipped or edited'),
  RETURN_IN_TRANSIT: rule(409, 'A return of the order is in transit'),
  ORDER_EXPIRED: rule(409, 'The order was not paid in time'),
  EMAIL_TAKEN: rule(409, 'Another account has this e-mail address'),
  SKU_TAKEN: rule(409, 'Another variant has this SKU'),
  OPTIONS_TAKEN: rule(409, 'Another variant of the product has the same option values'),
  HANDLE_TAKEN: rule(409, 'Another product has this handle'),
  SLUG_TAKEN: rule(409, 'The slug is in use'),
  NAME_TAKEN: rule(409, 'The name is in use'),
  LOCATION_CODE_TAKEN: rule(409, 'Another location has this code'),
  UNREADABLE_VALUE: rule(409, 'A stored value is damaged and cannot be read'),
  LIST_CHANGED: rule(409, 'The new sequence does not match the present list'),
  LIMIT_BELOW_USES: rule(409, 'The limit is lower than the number of uses'),
  // 410: the stored response no longer exists
  IDEMPOTENCY_RESPONSE_GONE: rule(410, 'The request was completed before, and its response is no longer stored'),
  // 412, 413, 415, 422
  VERSION_MISMATCH: rule(412, 'The record has changed since it was read'),
  PAYLOAD_TOO_LARGE: rule(413, 'The body is too large'),
  UNSUPPORTED_MEDIA_TYPE: rule(415, 'The content type or content encoding is not supported'),
  IDEMPOTENCY_KEY_REUSED: rule(422, 'The Idempotency-Key was used for another request'),
  VARIANT_REQUIRED: rule(422, 'The product has several variants'),
  INVALID_PRICE: rule(422, 'The price or its terms are not valid'),
  QUOTE_INVALID: rule(422, 'The quote does not belong to this cart'),
  RULES_OVERLAP: rule(422, 'Two exclusive rules of the same priority apply to the same products at the same time'),
  INVALID_CSV: rule(422, 'The file is not in the expected CSV format'),
  INVALID_MAPPING: rule(422, 'The mapping does not fit the columns of the file'),
  WEAK_PASSWORD: rule(422, 'The password is too easy to guess'),
  URL_NOT_ALLOWED: rule(422, 'This URL is not allowed'),
  // 429, 5xx
  TOO_MANY_DECLINES: rule(429, 'Too many payments were declined'),
  RATE_LIMITED: rule(429, 'Too many requests', 'safe'),
  BUSY: rule(429, 'Too many requests at this moment', 'safe'),
  PROVIDER_RESPONSE_INVALID: rule(502, 'The response of the payment provider is invalid', 'safe'),
  INTERNAL: rule(500, 'Something went wrong on our side', 'safe'),
  SERVICE_UNAVAILABLE: rule(503, 'The service is temporarily unavailable', 'safe'),
  NOT_MIGRATED: rule(503, 'The database of this shop is not migrated', 'safe'),
} as const satisfies Record<string, ErrorRule>;

export type ErrorCode = keyof typeof errorRules;
export const errorCodes = Object.keys(errorRules) as [ErrorCode, ...ErrorCode[]];
export const errorCodeSchema = z.enum(errorCodes);

/** An invalid field and what is wrong with it. `path` is dotted: `items.0.quantity`. */
export const fieldIssueSchema = z.object({ path: z.string(), message: z.string() });
export type FieldIssue = z.infer<typeof fieldIssueSchema>;

/** Body of every error response: the members of RFC 9457 plus `code`, `retry`, `fields`, `details`. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    /** Id of the request. Quote it to support. */
    instance: z.string(),
    code: errorCodeSchema,
    retry: z.enum(['never', 'safe']),
    fields: z.array(fieldIssueSchema).optional(),
    /** Facts for programs, such as the units still available. */
    details: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problemSchema>;
