/** Generates `docs/reference`: input, output, errors and access of each procedure. */
import {
  contract,
  errorDetails,
  errorRules,
  errorsOfCall,
  errorsOfEveryCall,
  errorsOfRequests,
  headers,
  isForBuyer,
  roles,
  scopesOfAccess,
  scopesOfRole,
  type Access,
  type ErrorCode,
  type ProcedureContract,
  type Scope,
} from '@cartwright/contracts';
import { isPaged } from './procedures.source.ts';
import { readComments, type ContractComments } from './reference.comments.ts';
import { describeSchema, readSchema } from './reference.fields.ts';

const notice = '<!-- Generated from packages/contracts by `pnpm generate`. Edit the contract, not this page. -->';

const holdersOf = (needed: readonly Scope[]): string => {
  const holders = roles.filter((role) => needed.every((scope) => scopesOfRole[role].includes(scope)));
  return holders.length > 0 ? ` (roles: ${holders.join(', ')})` : '';
};

const callerOf = ({ access, alsoNeeds = [] }: ProcedureContract): string =>
  [nameCaller(access), ...alsoNeeds.map(({ scope, when }) => `additionally \`${scope}\` ${when}${holdersOf([scope])}`)].join('; ');

const nameCaller = (access: Access): string => {
  if (access === 'public') return 'everybody';
  if (access === 'signed-in') return 'signed-in accounts';
  const staffWith = (needed: readonly Scope[]) => `staff with ${needed.map((scope) => `\`${scope}\``).join(' and ')}${holdersOf(needed)}`;
  if (!isForBuyer(access)) return staffWith(scopesOfAccess(access));
  const { buyerOf, orStaff } = access;
  const token = buyerOf === 'cart' ? 'cart token' : 'token of the cart or order';
  return `the buyer of the ${buyerOf}, by account or ${token}${orStaff ? `; ${staffWith([orStaff])}` : ''}`;
};

const restOf = (entry: ProcedureContract): string =>
  entry.kind === 'subscription'
    ? 'none (live feed)'
    : [entry.rest, ...(entry.rest.also ?? [])].map(({ method, path }) => `\`${method} /api/v1${path}\``).join(', alias ');

/** How long the key of a procedure prevents a second effect. */
const lastingOf = {
  key: '; the key is stored for ever',
  state: '; the change can happen only once',
  lapse: '; the key is stored for 30 days',
};

const idempotencyOf = (entry: ProcedureContract): string | null => {
  if (entry.kind !== 'mutation') return null;
  if (entry.repeatable) return 'repeatable without a key; the SDK retries it';
  if (!entry.idempotency) return 'takes no key; the SDK does not retry it';
  const lasting = entry.uniqueBy ? lastingOf[entry.uniqueBy] : '';
  return (
    (entry.idempotency === 'required' ? 'requires a key; the SDK generates it' : 'takes an optional key; the SDK generates it') + lasting
  );
};

const errorRow = (error: ErrorCode): string => {
  const { status, retry, title } = errorRules[error];
  return `| \`${error}\` | ${status} | ${title} | ${retry === 'safe' ? 'yes, after a pause' : 'no'} |`;
};
const errorTable = (errors: readonly ErrorCode[]): string =>
  ['| code | status | meaning | retry the same call? |', '|---|---|---|---|', ...errors.map(errorRow)].join('\n');

const repeatableErrors = (entry: ProcedureContract): string =>
  errorsOfCall(entry)
    .filter((code) => errorRules[code].retry === 'safe')
    .map((code) => `\`${code}\``)
    .join(', ');

/** Example call in the SDK, with the required fields. */
const exampleOf = (name: string, entry: ProcedureContract): string => {
  const { schema } = readSchema(entry.input, 'input');
  const needed = schema.required ?? [];
  const fields = Object.keys(schema.properties ?? {});
  const input = needed.length > 0 ? `{ ${needed.join(', ')}${fields.length > needed.length ? ', ...' : ''} }` : '';
  if (entry.kind === 'subscription') return `for await (const item of shop.${name}(${input})) ...`;
  if (!isPaged(entry)) return `await shop.${name}(${input})`;
  const [domain = '', procedure] = name.split('.');
  const walk = procedure === 'list' ? `${domain}.iterate` : `${name}.iterate`;
  return `await shop.${name}(${input})   // one page\nfor await (const item of shop.${walk}(${input})) ...   // all items`;
};

const describeProcedure = (name: string, entry: ProcedureContract, comments: ContractComments): string => {
  const idempotency = idempotencyOf(entry);
  const own = errorsOfCall(entry).filter((code) => !errorsOfEveryCall.includes(code));
  const side = (which: 'input' | 'output'): string =>
    describeSchema(readSchema(entry[which], which).schema, which, comments.ofProcedure(name, which));
  return [
    `## ${name}`,
    `${entry.summary}.${entry.description ? ` ${entry.description}` : ''}`,
    `\`\`\`ts\n${exampleOf(name, entry)}\n\`\`\``,
    [
      `- Access: ${callerOf(entry)}`,
      `- REST: ${restOf(entry)}`,
      ...(idempotency ? [`- Idempotency: ${idempotency}`] : []),
      `- Rate limit budget: \`${entry.budget ?? 'read'}\``,
      `- May be sent again after a pause: ${repeatableErrors(entry)}`,
    ].join('\n'),
    `**Input**\n\n${side('input')}`,
    `**${entry.kind === 'subscription' ? 'Each item' : 'Output'}**\n\n${side('output')}`,
    ...(own.length > 0 ? [`**Errors**, in addition to [those of every call](README.md#errors)\n\n${errorTable(own)}`] : []),
  ].join('\n\n');
};

const entriesOf = (domain: keyof typeof contract): [string, ProcedureContract][] =>
  Object.entries(contract[domain] as Readonly<Record<string, ProcedureContract>>).map(([name, entry]) => [`${domain}.${name}`, entry]);
const domains = Object.keys(contract) as (keyof typeof contract)[];
const anchor = (name: string): string => name.toLowerCase().replaceAll('.', '');

const domainPage = (domain: keyof typeof contract, comments: ContractComments): string => {
  const entries = entriesOf(domain);
  const rows = entries.map(([name, entry]) => `| [${name}](#${anchor(name)}) | ${entry.summary} | ${callerOf(entry)} | ${restOf(entry)} |`);
  return [
    notice,
    `# ${domain}`,
    ['| procedure | summary | access | REST |', '|---|---|---|---|', ...rows].join('\n'),
    ...entries.map(([name, entry]) => describeProcedure(name, entry, comments)),
  ]
    .join('\n\n')
    .concat('\n');
};

/** The named schemas of procedures and of the details of errors: each once, or twice if input and output differ. */
const modelsPage = (comments: ContractComments): string => {
  const sections = new Map<string, string>();
  const details = Object.values(errorDetails);
  for (const side of ['output', 'input'] as const)
    for (const named of [...domains.flatMap(entriesOf).map(([, entry]) => entry[side]), ...(side === 'output' ? details : [])])
      for (const [name, schema] of Object.entries(readSchema(named, side).models)) {
        const about = comments.ofModel(name);
        const text = [...(about.of('') ? [about.of('')] : []), describeSchema(schema, side, about)].join('\n\n');
        const given = sections.get(name);
        const needs = (table: string): string => table.replaceAll(/\| (required|optional|may be missing)? \|/g, '| |');
        if (given === undefined) sections.set(name, text);
        else if (needs(given) !== needs(text)) sections.set(`${name} as input`, text);
      }
  const models = [...sections].toSorted(([a], [b]) => a.localeCompare(b, 'en'));
  return `${notice}\n\n# Models\n\n${models.map(([name, text]) => `## ${name}\n\n${text}`).join('\n\n')}\n`;
};

const indexPage = (): string => `${notice}

# Reference

All procedures of the shop, by domain. The SDK calls them as \`shop.<domain>.<procedure>(input)\`, tRPC's client
as \`trpc.<domain>.<procedure>\`, all other clients by the REST path. The running shop shows the same reference as
OpenAPI at \`/docs\`.

| domain | procedures |
|---|---|
${domains
  .map(
    (domain) =>
      `| [${domain}](${domain}.md) | ${entriesOf(domain)
        .map(([name]) => `[${name.split('.')[1]}](${domain}.md#${anchor(name)})`)
        .join(', ')} |`,
  )
  .join('\n')}

[Models](models.md) describes the records that several procedures share.

## Conventions

- Fields that end in \`Cents\` are money, in whole minor units of the \`currency\` (ISO 4217) of the record.
- An instant is an ISO 8601 string in UTC; an id is an opaque string.
- Inputs are strict: an unknown field is rejected. Outputs may get new fields.
- \`authorization: Bearer <access token>\` identifies the caller. Guests send \`${headers.cartToken}\` to access their cart and the
  order placed from it, or the \`orderToken\` of an order from a flash sale. The SDK sends both. A cart or order of somebody else
  is \`NOT_FOUND\`.
- \`${headers.idempotencyKey}\`, 16 to 64 characters of \`A-Z a-z 0-9 _ -\`, makes a change happen only once: a repeat with the
  same key and input returns the stored response and \`${headers.idempotencyReplayed}: true\`. The response is stored for 30 days.
  After that, a repeat still has no second effect: it returns the current state of the created record, or
  \`IDEMPOTENCY_RESPONSE_GONE\` if the response cannot be restored, such as the code of a gift card.
  Only calls that fill a cart fill it again then.
- Lists are paged: by \`page\` and \`pageSize\` with a \`totalCount\`, or by \`cursor\` and \`limit\` until \`nextCursor\` is null.

## Errors

Every error is a [problem](../errors.md) with a stable \`code\` and with \`retry\`, which says whether you may send the same call again.
Every call can return these:

${errorTable([...errorsOfEveryCall, ...errorsOfRequests])}

All error codes:

${errorTable(Object.keys(errorRules) as ErrorCode[])}
`;

/** File names with their texts. */
export const referencePages = (): ReadonlyMap<string, string> => {
  const comments = readComments();
  return new Map([
    ['README.md', indexPage()],
    ['models.md', modelsPage(comments)],
    ...domains.map((domain) => [`${domain}.md`, domainPage(domain, comments)] as const),
  ]);
};
