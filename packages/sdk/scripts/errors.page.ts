/** The page `docs/errors.md`: every code that a caller can meet, by status, and which procedures name it. */
import { contract, errorCodes, errorRules, type ErrorCode, type ProcedureContract } from '@cartwright/contracts';

const procedures = Object.entries(contract).flatMap(([domain, entries]) =>
  Object.entries<ProcedureContract>(entries).map(([name, entry]) => ({ domain, name: `${domain}.${name}`, entry })),
);
const linkTo = (domain: string, name: string): string => `[${name}](reference/${domain}.md#${name.replace('.', '').toLowerCase()})`;

/** Codes that the edge may answer to any call. */
const fromAnywhere = new Set<ErrorCode>([
  'INVALID_INPUT',
  'UNKNOWN_FIELD',
  'MALFORMED_BODY',
  'BATCH_TOO_LARGE',
  'UNAUTHENTICATED',
  'INVALID_TOKEN',
  'FORBIDDEN',
  'ACCOUNT_INACTIVE',
  'METHOD_NOT_ALLOWED',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'RATE_LIMITED',
  'INTERNAL',
  'SERVICE_UNAVAILABLE',
  'NOT_MIGRATED',
]);
const ofKeys = new Set<ErrorCode>(errorCodes.filter((code) => code.startsWith('IDEMPOTENCY_')));

/** Codes of what is not a call. */
const elsewhere = new Map<ErrorCode, string>([
  ['INVALID_SIGNATURE', 'webhooks of payment providers, `verifyWebhook` of the SDK'],
  ['STALE_SIGNATURE', 'webhooks of payment providers, `verifyWebhook` of the SDK'],
  ['CONSUMER_ACTIVE', 'the command line'],
  ['UNREADABLE_VALUE', 'calls that need the damaged value'],
]);

const mostNamed = 6;
const sourceOf = (code: ErrorCode): string => {
  if (fromAnywhere.has(code)) return 'any call';
  if (ofKeys.has(code)) return 'calls that take an `Idempotency-Key`';
  const other = elsewhere.get(code);
  if (other !== undefined) return other;
  const named = procedures.filter(({ entry }) => entry.errors?.includes(code));
  if (named.length <= mostNamed) return named.map(({ domain, name }) => linkTo(domain, name)).join(', ');
  return [...new Set(named.map(({ domain }) => domain))].map((domain) => `[${domain}](reference/${domain}.md)`).join(', ');
};

/** The text of the page. */
export const errorsPage = (): string => {
  const statuses = [...new Set(errorCodes.map((code) => errorRules[code].status))].toSorted((a, b) => a - b);
  const rows = statuses.flatMap((status) =>
    errorCodes
      .filter((code) => errorRules[code].status === status)
      .map((code) => {
        const { title, retry } = errorRules[code];
        return `| ${status} | \`${code}\` | ${title} | ${retry === 'safe' ? 'yes' : 'no'} | ${sourceOf(code)} |`;
      }),
  );
  return `<!-- Made from packages/contracts/src/errors.ts by \`pnpm generate\`. Change the contract, not this page. -->

# Errors

Every error has a code that stays. REST sends it as \`application/problem+json\` (RFC 9457), tRPC in \`error.data.problem\`:

\`\`\`json
{
  "type": "urn:cartwright:error:insufficient_stock",
  "title": "Not enough stock",
  "status": 409,
  "detail": "Only 2 are available.",
  "instance": "the request id, to quote to support",
  "code": "INSUFFICIENT_STOCK",
  "retry": "never",
  "fields": [{ "path": "items.0.quantity", "message": "must be a whole number from 1 to 10000" }],
  "details": { "available": 2 }
}
\`\`\`

- \`fields\` says what is wrong in the input, \`details\` holds facts that a program can act on; both only where there are any.
- \`retry: "safe"\` means that the same request may be sent again after a pause; \`Retry-After\` says how long. All other
  refusals ask for another request.
- What belongs to somebody else is \`NOT_FOUND\`, to the letter as if it were not there.
- A failure that nobody foresaw is \`INTERNAL\`. It is never kept as the outcome of an idempotent call: repeat it with the same key.
- The calls of one tRPC batch fare each by itself; the batch is 207 when their statuses differ.

| status | code | | again? | from |
|---|---|---|---|---|
${rows.join('\n')}
`;
};
