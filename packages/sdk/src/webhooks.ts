/** Verifies the signature of webhooks by the Standard Webhooks specification 1.0. Needs only WebCrypto. */
import { CartwrightError } from './errors.ts';

/** Headers of the request, as `Headers` or as the plain object of Node and Express. */
export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

/** A received webhook, and the secret to verify it with. */
export interface WebhookRequest {
  /** The body exactly as received. A body that was parsed and serialised again has another signature. */
  readonly body: string | Uint8Array;
  /** Headers with `webhook-id`, `webhook-timestamp` and `webhook-signature`, in upper or lower case. */
  readonly headers: WebhookHeaders;
  /** The endpoint's secret, `whsec_...`; a list while you rotate secrets. */
  readonly secret: string | readonly string[];
  /** Most seconds between the timestamp of the message and now; default 300. */
  readonly toleranceSeconds?: number;
  /** Current time in milliseconds; default: now. */
  readonly nowMs?: number;
}

/** A message with a valid signature. */
export interface WebhookMessage {
  /** The same for every delivery of a message: store it to handle each message only once. */
  readonly id: string;
  /** When this delivery was sent, not when the event happened. */
  readonly sentAt: Date;
  /** The parsed JSON. */
  readonly body: unknown;
}

const refused = (code: 'INVALID_SIGNATURE' | 'STALE_SIGNATURE', message: string, cause?: unknown): CartwrightError =>
  new CartwrightError({ code, message, status: 401, retry: 'never', cause });

const headerOf = (headers: WebhookHeaders, name: string): string => {
  if (headers instanceof Headers) return headers.get(name) ?? '';
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof found === 'string' ? found : (found?.[0] ?? '');
};

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => {
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  } catch {
    // A signature that is not base64 is treated as a wrong signature.
    return new Uint8Array();
  }
};

const keyOf = (secret: string): Promise<CryptoKey> => {
  const bytes = bytesOf(secret.replace(/^whsec_/, ''));
  if (bytes.length === 0) throw new TypeError('The webhook secret must be base64, with or without the prefix whsec_.');
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
};

const isSignedBy = async (secret: string, content: Uint8Array<ArrayBuffer>, signatures: readonly string[]): Promise<boolean> => {
  const key = await keyOf(secret);
  for (const signature of signatures) if (await crypto.subtle.verify('HMAC', key, bytesOf(signature), content)) return true;
  return false;
};

/**
 * Checks the signature and the age of a webhook and returns its message. Throws `CartwrightError` with
 * `INVALID_SIGNATURE` if the shop did not sign it and `STALE_SIGNATURE` if its timestamp is outside the
 * tolerance, and `TypeError` if the secret is not base64.
 */
export const verifyWebhook = async (request: WebhookRequest): Promise<WebhookMessage> => {
  const { body, headers, secret, toleranceSeconds = 300, nowMs = Date.now() } = request;
  const id = headerOf(headers, 'webhook-id');
  const timestamp = headerOf(headers, 'webhook-timestamp');
  // "v1,<base64> v1,<base64>": several while secrets are rotated; other versions are ignored.
  const signatures = headerOf(headers, 'webhook-signature')
    .split(' ')
    .flatMap((signature) => (signature.startsWith('v1,') ? [signature.slice(3)] : []));
  if (!id || !/^\d{1,12}$/.test(timestamp) || signatures.length === 0)
    throw refused('INVALID_SIGNATURE', 'The webhook lacks webhook-id, webhook-timestamp or webhook-signature.');
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  const content = new TextEncoder().encode(`${id}.${timestamp}.${text}`);
  const secrets = typeof secret === 'string' ? [secret] : secret;
  const verdicts = await Promise.all(secrets.map((one) => isSignedBy(one, content, signatures)));
  if (!verdicts.includes(true)) throw refused('INVALID_SIGNATURE', 'The signature of the webhook does not match.');
  if (Math.abs(nowMs / 1_000 - Number(timestamp)) > toleranceSeconds)
    throw refused('STALE_SIGNATURE', `The timestamp of the webhook differs from now by more than ${toleranceSeconds} seconds.`);
  try {
    return { id, sentAt: new Date(Number(timestamp) * 1_000), body: JSON.parse(text) as unknown };
  } catch (cause) {
    throw refused('INVALID_SIGNATURE', 'The webhook has a valid signature, but its body is not JSON.', cause);
  }
};
