/** The layers: contracts -> db -> core -> apps. The comment of each rule says what to do instead. */
const outside = (names) =>
  `^(${names.map((n) => n.replace('/', '\\/')).join('|')})(/|$)|node_modules/(${names.map((n) => n.replace('/', '\\/')).join('|')})/`;
const test = '\\.(test|fixture)\\.tsx?$|/test/';

/** The domains from the lowest to the highest. A domain imports lower ones only. */
const order = [
  ['audit', 'places'],
  ['pricing', 'store-credit'],
  ['inventory'],
  ['carts'],
  ['orders'],
  ['order-edits/steps'],
  ['invoicing'],
  ['payments'],
  ['returns', 'order-edits(?!/steps)'],
  ['order-cancellations', 'checkout'],
  ['flash-sales'],
];
const domainsInOrder = order.map((level, i) => ({
  name: 'domains-in-order',
  comment: `${order
    .map((names) => names.join(', '))
    .join(' < ')
    .replace('(?!/steps)', '')}: publish an event instead of calling a later domain.`,
  severity: 'error',
  from: { path: `^packages/core/src/(${level.join('|')})/`, pathNot: test },
  to: {
    path: `^packages/core/src/(${order.slice(i).flat().join('|')}|notifications|operations|composition|seed)/`,
    pathNot: '^packages/core/src/$1/',
  },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two modules import each other: join them, or move what they share to a module that both import.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'contracts-import-zod-only',
      comment: 'The contract is public: it imports zod, and no other package of this repository.',
      severity: 'error',
      from: { path: '^packages/contracts/src' },
      to: { path: '^(packages/(?!contracts/)|apps/)' },
    },
    {
      name: 'db-imports-contracts-only',
      comment: 'The schema contains no business logic: move the logic to packages/core.',
      severity: 'error',
      from: { path: '^packages/db/src' },
      to: { path: '^(packages/(core|sdk|testing)|apps)/', pathNot: test },
    },
    {
      name: 'core-imports-no-app',
      comment: 'The apps call the core, and the core imports no app: pass what it needs as an argument.',
      severity: 'error',
      from: { path: '^packages/core/src', pathNot: test },
      to: { path: '^(packages/(sdk|testing)|apps)/' },
    },
    {
      name: 'core-imports-no-transport',
      comment: 'The core has no HTTP framework and no queue: return a value, and let the app send it.',
      severity: 'error',
      from: { path: '^packages/core/src' },
      to: { path: outside(['express', '@trpc/server', '@trpc/client', 'bullmq']) },
    },
    {
      name: 'provider-libraries-in-gateways-only',
      comment: 'Only files in */gateways and */channels import the library of a provider: call the port of kernel/ports.ts.',
      severity: 'error',
      from: { path: '^packages/core/src', pathNot: '/(gateways|channels)/' },
      to: { path: outside(['stripe', 'nodemailer']) },
    },
    {
      name: 'domains-by-index-only',
      comment: 'A domain imports another one by its index.ts only: export there what you need. Read models are imported by their file.',
      severity: 'error',
      from: { path: '^packages/core/src/([^/]+)/', pathNot: `${test}|^packages/core/src/composition/` },
      to: {
        path: '^packages/core/src/([^/]+)/',
        pathNot: ['^packages/core/src/$1/', '^packages/core/src/([^/]+|order-edits/steps)/index\\.ts$', '^packages/core/src/read-models/'],
      },
    },
    {
      name: 'kernel-imports-no-domain',
      comment: 'The kernel imports no domain: define a port in it, and implement the port in the domain.',
      severity: 'error',
      from: { path: '^packages/core/src/kernel/', pathNot: test },
      to: { path: '^packages/core/src/(?!kernel/)' },
    },
    {
      name: 'read-models-below-domains',
      comment: 'A read model joins tables of any domain for its callers: it imports the kernel, and no domain.',
      severity: 'error',
      from: { path: '^packages/core/src/read-models/', pathNot: test },
      to: { path: '^packages/core/src/(?!(kernel|read-models)/)' },
    },
    {
      name: 'jobs-import-no-domain',
      comment: 'The catalogue of jobs holds settings: put the function into its domain, and name it in apps/worker/src/tasks.ts.',
      severity: 'error',
      from: { path: '^packages/core/src/jobs/', pathNot: test },
      to: { path: '^packages/core/src/(?!(jobs|kernel)/)' },
    },
    ...domainsInOrder,
    {
      name: 'no-import-of-flash-sales',
      comment: 'Flash sales use inventory, orders, payments and checkout, which do not import them: move what is shared to one of these.',
      severity: 'error',
      from: { path: '^packages/core/src/(?!flash-sales|composition|seed)', pathNot: test },
      to: { path: '^packages/core/src/flash-sales/' },
    },
    {
      name: 'no-import-of-imports',
      comment: 'Imports write files into the catalogue, which does not import them: move what is shared to catalog.',
      severity: 'error',
      from: { path: '^packages/core/src/(?!imports|composition|seed)', pathNot: test },
      to: { path: '^packages/core/src/imports/' },
    },
    {
      name: 'no-import-of-event-consumers',
      comment: 'Notifications and search handle events: publish an event.',
      severity: 'error',
      from: { path: '^packages/core/src/([^/]+)/', pathNot: `${test}|^packages/core/src/composition/` },
      to: { path: '^packages/core/src/(notifications|search)/', pathNot: '^packages/core/src/$1/' },
    },
    {
      name: 'sdk-imports-contracts-only',
      comment: 'The SDK is published: it imports the contract, and nothing of the server.',
      severity: 'error',
      from: { path: '^packages/sdk/src', pathNot: test },
      to: { path: '^(packages/(core|db|testing)|apps)/' },
    },
    {
      name: 'sdk-imports-types-only',
      comment: 'Users of the SDK do not install zod: import only types from contracts, and generate what is needed at run time.',
      severity: 'error',
      from: { path: '^packages/sdk/src', pathNot: test },
      to: { path: '^packages/contracts/', dependencyTypesNot: ['type-only', 'type-import'] },
    },
    {
      name: 'routers-import-no-database',
      comment: 'A router calls one function of the core: move the query to packages/core.',
      severity: 'error',
      from: { path: '^apps/api/src/(routers|rest|trpc)/' },
      to: { path: `^packages/db/|${outside(['@mikro-orm/core', '@mikro-orm/postgresql', 'kysely', 'pg'])}` },
    },
    {
      name: 'admin-imports-sdk-only',
      comment: 'The admin is a client like any other: call the shop through the SDK.',
      severity: 'error',
      from: { path: '^apps/admin/src' },
      to: { path: '^(packages/(core|db|testing)|apps/(api|worker))/' },
    },
    {
      name: 'testing-in-tests-only',
      comment: 'Only tests import packages/testing: move what the shop needs to packages/core.',
      severity: 'error',
      from: { path: '^(packages|apps)/[^/]+/src', pathNot: `${test}|^packages/testing/` },
      to: { path: '^packages/testing/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.tests.json' },
    exclude: { path: '(/dist/|\\.gen\\.ts$)' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['development', 'import', 'types', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
  },
};
