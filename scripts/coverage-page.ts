/**
 * Generates `docs/coverage.md`: what each test promises, and the tests that call each function of a domain. Reads the sources
 * without running them. `node --conditions=development scripts/coverage-page.ts` writes the page.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript-6.0';
import { contract, eventNames, type Contract } from '../packages/contracts/src/index.ts';
import { featureAreas } from './features/index.ts';
import type { Feature, FeatureArea } from './features/feature.ts';

const root = path.resolve(import.meta.dirname, '..');
export const coverageFile = path.join(root, 'docs/coverage.md');

interface Source {
  readonly file: string;
  /** The imported names of each module of this repository: a domain as `core/orders`, a file by its path. */
  readonly imports: ReadonlyMap<string, string>;
  readonly node: ts.SourceFile;
}

/** Calls `visit` for a node and everything below it. */
const walk = (node: ts.Node, visit: (node: ts.Node) => void): void => {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
};

const domainOf = (file: string): string | null => /^packages\/core\/src\/([\w-]+)\//.exec(file)?.[1] ?? null;

const moduleOf = (file: string, specifier: string): string => {
  if (!specifier.startsWith('.')) return specifier.replace('@cartwright/core/', 'core/');
  const target = path.join(path.dirname(file), specifier);
  const domain = domainOf(target);
  return domain ? `core/${domain}` : target;
};

const read = (file: string): Source => {
  const node = ts.createSourceFile(file, readFileSync(path.join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const imports = new Map<string, string>();
  for (const statement of node.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const module = moduleOf(file, statement.moduleSpecifier.text);
    const bindings = statement.importClause?.namedBindings;
    if (!bindings) continue;
    if (ts.isNamedImports(bindings))
      for (const { name, propertyName } of bindings.elements) imports.set((propertyName ?? name).text, module);
    else
      walk(node, (child) => {
        if (ts.isPropertyAccessExpression(child) && child.expression.getText() === bindings.name.text) imports.set(child.name.text, module);
      });
  }
  return { file, imports, node };
};
const readAll = (...patterns: string[]): Source[] =>
  globSync(patterns, { cwd: root, exclude: (name) => name.includes('node_modules') })
    .toSorted()
    .map(read);

/** The name at the start of a callee: `it` of `it.each(rows)`. */
const rootName = (node: ts.Expression): string => {
  if (ts.isIdentifier(node)) return node.text;
  return ts.isPropertyAccessExpression(node) || ts.isCallExpression(node) || ts.isTaggedTemplateExpression(node)
    ? rootName(ts.isTaggedTemplateExpression(node) ? node.tag : node.expression)
    : '';
};
/** The text of a title; what a table of cases or an expression fills in becomes an ellipsis. */
const textOf = (node: ts.Node | undefined): string | null => {
  if (!node) return null;
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text.replaceAll(/%[sidjo]|\$[a-z]\w*/g, '…');
  if (!ts.isTemplateExpression(node)) return null;
  return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('');
};
/** The titles of the tests that a file declares. */
const titlesOf = (node: ts.SourceFile): string[] => {
  const titles: string[] = [];
  walk(node, (child) => {
    if (!ts.isCallExpression(child) || !['it', 'test'].includes(rootName(child.expression))) return;
    const title = textOf(child.arguments[0]);
    if (title) titles.push(title);
  });
  return titles;
};

const testPatterns = ['{packages,apps}/*/{src,test}/**/*.test.{ts,tsx}', '{scripts,examples,prove,bench}/*.test.ts'];
/** Suites that test files share. */
const sharedSuites = ['packages/testing/src/gateway-conformance.ts'];

/** A function of a domain that the API, the worker or the command line calls. */
interface Entrance {
  readonly name: string;
  readonly domain: string;
  /** Names of procedures, and of the apps that call it otherwise. */
  readonly callers: readonly string[];
}

/** The procedures that a router serves, each with the names that it uses. */
const proceduresOf = ({ node }: Source): { readonly procedure: string; readonly names: ReadonlySet<string> }[] => {
  const procedures: { procedure: string; names: Set<string> }[] = [];
  walk(node, (child) => {
    const [, procedure] = ts.isPropertyAssignment(child) ? (/\(contract\.(\w+\.\w+)\)/.exec(child.initializer.getText()) ?? []) : [];
    if (!procedure) return;
    const names = new Set<string>();
    walk(child, (inner) => void (ts.isIdentifier(inner) && names.add(inner.text)));
    procedures.push({ procedure, names });
  });
  return procedures;
};

/** The functions of all domains that the API, the worker and the command line call. */
const listEntrances = (): Entrance[] => {
  const found = new Map<string, Set<string>>();
  for (const source of readAll('apps/{api,worker,cli}/src/**/*.ts')) {
    if (source.file.includes('.test.')) continue;
    const procedures = proceduresOf(source);
    for (const [name, module] of source.imports) {
      if (!/^core\/(?!kernel|composition)/.test(module) || !/^[a-z]/.test(name)) continue;
      const served = procedures.filter(({ names }) => names.has(name)).map(({ procedure }) => procedure);
      const callers = found.get(`${module} ${name}`) ?? new Set();
      for (const caller of served.length > 0 ? served : [source.file.split('/')[1] ?? '']) callers.add(caller);
      found.set(`${module} ${name}`, callers);
    }
  }
  return [...found].map(([key, callers]) => {
    const [module = '', name = ''] = key.split(' ');
    return { name, domain: module.replace('core/', ''), callers: [...callers].toSorted() };
  });
};

/** What tests call a procedure by: its name, or its path without parameters. */
const namesOfProcedure = (procedure: string): string[] => {
  const [router = '', name = ''] = procedure.split('.');
  const called = (contract as Contract)[router]?.[name];
  const address = called && 'rest' in called ? called.rest.path : '{';
  return [procedure, ...(address.includes('{') ? [] : [`${address}'`, `${address}?`])];
};
/** The tests that call a function; if none does, those that call one of its procedures. */
const testsOf = ({ name, domain, callers }: Entrance, tests: readonly Source[]): Source[] => {
  const direct = tests.filter(({ imports }) => imports.get(name) === `core/${domain}`);
  if (direct.length > 0) return direct;
  const texts = callers.filter((caller) => caller.includes('.')).flatMap(namesOfProcedure);
  return tests.filter(({ node }) => texts.some((text) => node.text.includes(text)));
};

/** The section of a file: its domain, else its package, app or folder. */
const sectionOf = (file: string): string =>
  domainOf(file) ??
  file
    .split('/')
    .slice(0, /^(packages|apps)\//.test(file) ? 2 : 1)
    .join('/');
const inSection = (section: string, file: string): string =>
  sectionOf(file) === section ? file.slice(file.indexOf(`${section}/`) + section.length + 1) : file.replace('packages/core/src/', '');
const shown = 4;
/** The names of tests as code, those of the section first; only the first few. */
const namesOf = (section: string, tests: readonly Source[]): string => {
  const names = tests
    .map(({ file }) => file)
    .toSorted((a, b) => Number(sectionOf(b) === section) - Number(sectionOf(a) === section))
    .map((file) => `\`${inSection(section, file)}\``);
  return [...names.slice(0, shown), ...(names.length > shown ? [`${names.length - shown} more`] : [])].join(', ');
};
const tableOf = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** Text of a title as a cell or list item of Markdown. */
const escaped = (text: string): string => text.replaceAll(/[<*|]/g, String.raw`\$&`);

/** The files with a test of each title. */
const filesByTitle = (tests: readonly Source[]): Map<string, string[]> => {
  const files = new Map<string, string[]>();
  for (const { file, node } of tests) for (const title of titlesOf(node)) files.set(title, [...(files.get(title) ?? []), file]);
  return files;
};
/** Whether a shop has a procedure, event, address or function of this name. */
const isOffered = (name: string, sources: readonly Source[]): boolean => {
  const [router = '', procedure = ''] = name.split('.');
  if ((contract as Contract)[router]?.[procedure] || eventNames.some((event) => event === name)) return true;
  return !/^\w+\.\w+$/.test(name) && sources.some(({ node }) => node.text.includes(name));
};
/** The rows of features: what offers each, and the tests that show it. Throws for a name or a title that does not exist. */
const featureRows = (
  features: readonly Feature[],
  titles: ReadonlyMap<string, readonly string[]>,
  sources: readonly Source[],
): string[][] =>
  features.map(({ name, offers, tests }) => {
    const offered = offers.split(' ').filter(Boolean);
    const unknown = [...offered.filter((each) => !isOffered(each, sources)), ...tests.filter((title) => !titles.has(title))];
    if (unknown.length > 0) throw new Error(`scripts/features, ${name}: there is no ${unknown.join('; no ')}`);
    const shownBy = tests.map(
      (title) => `${escaped(title)} (\`${(titles.get(title)?.[0] ?? '').replace('packages/core/src/', '').replace('.test.ts', '')}\`)`,
    );
    return [name, offered.map((each) => `\`${each}\``).join(', '), shownBy.join('<br>') || 'not built yet'];
  });

/** The text of the page, whose first part lists the features of `areas`. */
export const coveragePage = (areas: readonly FeatureArea[] = featureAreas): string => {
  const tests = readAll(...testPatterns, ...sharedSuites);
  const entrances = listEntrances();
  const sections = [...new Set([...tests.map(({ file }) => sectionOf(file)), ...entrances.map(({ domain }) => domain)])];
  const sectionText = (section: string): string => {
    const rows = entrances
      .filter(({ domain }) => domain === section)
      .map((entrance) => [
        `\`${entrance.name}\``,
        entrance.callers.map((caller) => `\`${caller}\``).join(', '),
        namesOf(section, testsOf(entrance, tests)) || `tests of apps/${entrance.callers.join(', apps/')}`,
      ]);
    const files = tests
      .filter(({ file }) => sectionOf(file) === section)
      .map(({ file, node }) => ({ file, titles: titlesOf(node) }))
      .filter(({ titles }) => titles.length > 0)
      .map(({ file, titles }) => [`### ${inSection(section, file)}\n`, ...titles.map((title) => `- ${escaped(title)}`)].join('\n'));
    return [`## ${section}`, ...(rows.length > 0 ? [tableOf(['function', 'called by', 'tests'], rows)] : []), ...files].join('\n\n');
  };
  const domains = readAll('packages/core/src/**/*.{ts,tsx}').filter(
    ({ file, node }) => !file.includes('.test.') && node.text.includes('outbox.add('),
  );
  const events = eventNames.map((event) => {
    const naming = (sources: readonly Source[]) =>
      namesOf(
        '',
        sources.filter(({ node }) => node.text.includes(`'${event}'`)),
      );
    return [`\`${event}\``, naming(domains), naming(tests)];
  });
  const titles = filesByTitle(tests);
  const sources = readAll('{packages,apps}/*/src/**/*.ts').filter(({ file }) => !file.includes('.test.'));
  const features = areas.map(
    ({ name, features: rows }) => `### ${name}\n\n${tableOf(['feature', 'offered by', 'shown by'], featureRows(rows, titles, sources))}`,
  );
  return `<!-- Generated from the tests by \`pnpm generate\`. Edit the titles of the tests, not this page. -->

# Coverage

After this page you know which tests show each feature of a shop, what the tests of each folder promise, and which tests call a function
or name an event. The folders of \`packages/core/src\` come with the functions that the API, the worker and the command line call: a name
such as \`orders.cancel\` is a procedure of the [reference](reference/README.md). Tests on queues and caches run on PostgreSQL alone and
on Redis.

A test with \`…\` in its title runs once for each of several values, and \`…\` stands for the value. In the list of features the file
follows in parentheses: \`carts/merge-carts\` is \`packages/core/src/carts/merge-carts.test.ts\`.

\`npm test\` runs a part of some series, and \`npm run test:long\` runs all of them: processes killed or frozen at every failpoint, every
pair of simultaneous calls, the faults of the proof, the pages of the admin in both colour schemes with every accessibility rule, and each
TypeScript version that the SDK supports.

## Features

Each feature with the procedures, functions, addresses and events that offer it, and tests that fail without it. The list is in
\`scripts/features\`.

${features.join('\n\n')}

${sections.map(sectionText).join('\n\n')}

## Events

${tableOf(['event', 'announced in', 'tests that name it'], events)}
`;
};

if (import.meta.main) writeFileSync(coverageFile, coveragePage());
