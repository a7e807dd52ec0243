/**
 * `pnpm lint:language`: no tracked text contains a phrase or an identifier that a term of the glossary replaced, and every commit subject
 * reads `scope: imperative summary` in at most 72 characters. The message names the term to use.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

export interface LanguageRule {
  readonly pattern: RegExp;
  readonly use: string;
  /** The files that the rule is about; without it, all files. */
  readonly within?: RegExp;
}

/** Words of the admin: one for each thing that staff see. */
const inAdmin = /^apps\/admin\/src\//;

/** Replaced terms that have no other meaning in this project, each with the term to use. Words with other meanings are for reviewers. */
export const languageRules: readonly LanguageRule[] = [
  { pattern: /\b[Bb]ells?\b|\b[Rr]ing the bell|[a-z]Bell\b|\bBell[A-Z]/, use: 'notify, wake up, notifier' },
  {
    pattern: /\b[Bb]ooks add up\b|\b(?:true|broken|aligned) ?[Bb]ooks\b|[a-z]TrueBooks\b/,
    use: 'the data is consistent, consistency check',
  },
  {
    pattern: /\b[Ss]hel(?:f|ves)\b|[a-z]Shel(?:f|ves)(?![a-z])|\bshel(?:f|ves)[A-Z_]|_shelf\b/,
    use: 'published catalogue, published products, or stock on hand',
  },
  { pattern: /\b[Ww]ish(?:es|ed)?\b|[a-z]Wish(?![a-z])|\bwish[A-Z]/, use: 'checkout request, parsed request' },
  { pattern: /\b[Ss]tand-[Ii]ns?\b|[a-z]StandIn/, use: 'fake (of a provider), test server' },
  { pattern: /\b[Pp]our(?:s|ed|ing)?\b/, use: 'move or merge lines; group commit' },
  { pattern: /\b(?:is|are) told so\b/, use: 'is refused, is rejected' },
  { pattern: /\bstands? once\b/, use: 'occurs once' },
  { pattern: /\b(?:[Gg]ive|gives|gave|given|giving) (?:the |its |their )?money back\b/, use: 'refund' },
  { pattern: /\b[Ll]ost ?[Rr]ules?\b/, use: 'rule that does not apply' },
  { pattern: /\b[Ss]tanding (?:payment|charge)s?\b|_standing_/, use: 'active payment' },
  { pattern: /\b[Mm]erged reads?\b|\bmergedRead/, use: 'coalesced read' },
  { pattern: /\b[Aa]ccount credits?\b/, use: 'store credit' },
  { pattern: /\b[Dd]ear(?:er|est)?\b/, use: 'expensive, more expensive, costs more' },
  { pattern: /\b[Cc]oupons?\b|[a-z]Coupons?(?![a-z])|\bCOUPONS?(?:_|\b)|\b[Vv]ouchers?\b/, use: 'promo code' },
  { pattern: /\b(?:de)?activateProduct\b|\bproducts\.(?:de)?activate\b/, use: 'publish, unpublish' },
  { pattern: /\b[A-Z]+_ANSWER_(?:GONE|INVALID)\b/, use: 'RESPONSE' },
  { pattern: /\bINVALID_STATE\b|['`]RETRY['`]/, use: 'a code of its own, or SERVICE_UNAVAILABLE' },
  {
    pattern: /\b(?:[Ss]tore settings?|of the store(?! credit)|[Tt]h(?:e store[’']s|is store)|(?:demo|example|whole) store)\b/,
    use: 'shop',
  },
  { pattern: /[sS]tore(?:Settings|Currency|Terms|Name)/, use: 'shop' },
  { pattern: /\b[Ss]hoppers?\b|[a-z]Shopper/, use: 'buyer; in the admin customer' },
  { pattern: /(?:[lL]abel="|>|')State(?:["'<])/, use: 'Status', within: inAdmin },
  { pattern: /\b[Bb]uyers?\b/, use: 'customer', within: inAdmin },
  { pattern: /\bChange the order\b|\b[Ww]ithdraw the change\b|\bOrder changed\b/, use: 'edit' },
];

/** Files about the replaced terms, and files whose text must not change. */
const exempt: readonly RegExp[] = [
  /^scripts\/lint-language(?:\.test)?\.ts$/,
  /(?:^|\/)CHANGELOG\.md$/,
  /^\.changeset\/(?:error-codes|plain-names|one-word-shop|response-codes|order-edits-word|publish-unpublish)\.md$/,
  /^packages\/db\/src\/migrations\//, // Migrations that ran in a shop must not change.
  /^pnpm-lock\.yaml$/,
  /^bench\/(?:baseline|plans)\/|^bench\/RESULTS\.md$/, // Recorded output.
];
/** Product names in test data, by file. */
const allowed: Readonly<Record<string, RegExp>> = { 'bench/stage/seed-catalogue.ts': /\bshelf\b/g };

const isText = /\.(?:ts|tsx|mjs|js|md|json|ya?ml|css|html|sh|service)$/;

export interface LanguageFinding {
  readonly line: number;
  readonly found: string;
  readonly use: string;
}

/** Finds every replaced term in the text of a file. */
export const findReplacedTerms = (text: string, file = ''): LanguageFinding[] =>
  text.split('\n').flatMap((line, index) =>
    languageRules.flatMap(({ pattern, use, within }) => {
      if (within && !within.test(file)) return [];
      const found = pattern.exec(line)?.[0];
      return found === undefined ? [] : [{ line: index + 1, found, use }];
    }),
  );

/** Returns the problem of a commit subject; null for a valid one. */
export const checkSubject = (subject: string): string | null => {
  if (subject.length > 72) return `has ${subject.length} characters; at most 72 are allowed`;
  if (!/^[a-z][a-z0-9,-]*: \S/.test(subject)) return 'does not read `scope: imperative summary`, with a scope in lower case';
  if (subject.endsWith('.')) return 'ends with a full stop';
  return null;
};

/** Returns the subjects that an earlier commit has already, newest first as in the log; `until` says how many are new. */
export const repeatedSubjects = (subjects: readonly string[], until: number): string[] =>
  subjects.slice(0, until).filter((subject, i) => subjects.indexOf(subject, i + 1) !== -1);

/** Earlier commits were made before the rule. */
const firstChecked = '2026-11-29T00:00:00Z';
const noTwoAlikeSince = '2026-11-30T18:30:00Z';

const lint = (root: string): string[] => {
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  let files: string[];
  try {
    files = git('ls-files')
      .split('\n')
      .filter((file) => isText.test(file));
  } catch {
    return ['This folder is not a Git checkout, so there is nothing to check.'];
  }
  const problems: string[] = [];
  for (const file of files) {
    if (exempt.some((pattern) => pattern.test(file))) continue;
    const text = readFileSync(path.join(root, file), 'utf8');
    const own = allowed[file];
    for (const { line, found, use } of findReplacedTerms(own ? text.replaceAll(own, '') : text, file))
      problems.push(`${file}:${line}: "${found}" is not a term of this project. Use: ${use}.`);
  }
  for (const entry of git('log', '--no-merges', `--since=${firstChecked}`, '--format=%h %s').split('\n').filter(Boolean)) {
    const [hash = '', ...rest] = entry.split(' ');
    const problem = checkSubject(rest.join(' '));
    if (problem) problems.push(`commit ${hash}: the subject "${rest.join(' ')}" ${problem}.`);
  }
  const subjectsSince = (date: string): string[] => git('log', '--no-merges', `--since=${date}`, '--format=%s').split('\n').filter(Boolean);
  for (const subject of repeatedSubjects(subjectsSince('2026-11-01T00:00:00Z'), subjectsSince(noTwoAlikeSince).length))
    problems.push(`two commits have the subject "${subject}". Say what is new about the later one.`);
  return problems;
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const problems = lint(path.resolve(import.meta.dirname, '..'));
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}
