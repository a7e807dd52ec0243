/** Generates `docs/errors.md`: all error codes by status, with the procedures that return them. */
import {
  contract,
  errorCodes,
  errorDetails,
  errorRules,
  errorsOfCall,
  errorsOfEveryCall,
  errorsOfRequests,
  type ErrorCode,
  type ProcedureContract,
} from '@cartwright/contracts';
import { readComments, type ContractComments } from './reference.comments.ts';
import { fieldsOf, readSchema } from './reference.fields.ts';

const procedures = Object.entries(contract).flatMap(([domain, entries]) =>
  Object.entries<ProcedureContract>(entries).map(([name, entry]) => ({ domain, name: `${domain}.${name}`, entry })),
);
const linkTo = (domain: string, name: string): string => `[${name}](reference/${domain}.md#${name.replace('.', '').toLowerCase()})`;

/** The same codes as under "Every call can return these" in the reference. */
const ofEveryCall = new Set<ErrorCode>([...errorsOfEveryCall, ...errorsOfRequests]);
const ofKeys = new Set<ErrorCode>(errorCodes.filter((code) => code.startsWith('IDEMPOTENCY_')));

/** Codes of many calls, which the reference names at each, and codes of what is not a call. */
const elsewhere = new Map<ErrorCode, string>([
  ['UNAUTHENTICATED', 'calls that need an account'],
  ['INVALID_TOKEN', 'calls with an access token'],
  ['ACCOUNT_INACTIVE', 'calls with an access token'],
  ['FORBIDDEN', 'calls that need a scope'],
  ['INVALID_SIGNATURE', 'webhooks of payment providers, `verifyWebhook` of the SDK'],
  ['STALE_SIGNATURE', 'webhooks of payment providers, `verifyWebhook` of the SDK'],
  ['UNREADABLE_VALUE', 'calls that need the damaged value'],
]);

const mostNamed = 6;
const sourceOf = (code: ErrorCode): string => {
  if (ofEveryCall.has(code)) return 'every call';
  if (ofKeys.has(code)) return 'calls that take an `Idempotency-Key`';
  const other = elsewhere.get(code);
  if (other !== undefined) return other;
  const named = procedures.filter(({ entry }) => errorsOfCall(entry).includes(code));
  if (named.length <= mostNamed) return named.map(({ domain, name }) => linkTo(domain, name)).join(', ');
  return [...new Set(named.map(({ domain }) => domain))].map((domain) => `[${domain}](reference/${domain}.md)`).join(', ');
};

const hasDetails = (code: ErrorCode): code is keyof typeof errorDetails => code in errorDetails;

/** One row for each field of the details of a code. */
const detailRows = (code: keyof typeof errorDetails, comments: ContractComments): string[] =>
  fieldsOf(readSchema(errorDetails[code], 'output').schema, comments.ofDetails(code)).map(
    ({ place, type, about }) => `| \`${code}\` | \`${place}\` | ${type.replaceAll('(models.md', '(reference/models.md')} | ${about} |`,
  );

/** The text of the page. */
export const errorsPage = (): string => {
  const comments = readComments();
  const statuses = [...new Set(errorCodes.map((code) => errorRules[code].status))].toSorted((a, b) => a - b);
  const rows = statuses.flatMap((status) =>
    errorCodes
      .filter((code) => errorRules[code].status === status)
      .map((code) => {
        const { title, retry } = errorRules[code];
        return `| ${status} | \`${code}\` | ${title} | ${retry === 'safe' ? 'yes' : 'no'} | ${sourceOf(code)} |`;
      }),
  );
  const sources = 'packages/contracts/src/errors.ts and error-details.ts';
  return `<!-- Generated from ${sources} by \`pnpm generate\`. Edit the contract, not this page. -->

# Errors

Every error has a stable code. REST sends errors as \`application/problem+json\` (RFC 9457), tRPC sends them in \`error.data.problem\`:

\`\`\`json
{
  "type": "urn:cartwright:error:insufficient_stock",
  "title": "Not enough stock",
  "status": 409,
  "detail": "Only 2 units of Mug – Blue (SKU MUG-2) are available, but 3 were requested.",
  "instance": "the request id; quote it to support",
  "code": "INSUFFICIENT_STOCK",
  "retry": "never",
  "fields": [{ "path": "items.0.quantity", "message": "must be a whole number from 1 to 10000; 0 was given" }],
  "details": { "variantId": "the id of the variant", "requested": 3, "available": 2 }
}
\`\`\`

- \`fields\` lists the invalid fields of the input; \`details\` contains facts for programs. Both are optional.
- \`retry: "safe"\` means that you may send the same request again after a pause; \`Retry-After\` says how long. For all other
  errors, change the request.
- Records of other people are \`NOT_FOUND\`, with the same response as for records that do not exist.
- An unexpected failure is \`INTERNAL\`. It is never stored for an idempotency key: repeat the call with the same key.
- Each call of a tRPC batch succeeds or fails on its own; the status of the batch is 207 if they differ.

| status | code | meaning | retry? | returned by |
|---|---|---|---|---|
${rows.join('\n')}

## Details

The facts in \`details\`, by code. A code has the same fields wherever it comes from, and codes that are not listed have none. An error
comes without \`details\` where nothing is known, such as a \`SERVICE_UNAVAILABLE\` of unknown length.

| code | field | type | description |
|---|---|---|---|
${errorCodes
  .filter(hasDetails)
  .flatMap((code) => detailRows(code, comments))
  .join('\n')}
`;
};
