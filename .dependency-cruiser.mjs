/** The layers: contracts -> db -> core -> apps. Each rule says what to do instead. */
const outside = (names) =>
  `^(${names.map((n) => n.replace('/', '\\/')).join('|')})(/|$)|node_modules/(${names.map((n) => n.replace('/', '\\/')).join('|')})/`;
const test = '\\.(test|fixture)\\.tsx?$|/test/';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two modules that need each other are one: join them, or move what they share below both.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'contracts-stand-alone',
      comment: 'Contracts are what callers may say: they import zod and nothing of ours.',
      severity: 'error',
      from: { path: '^packages/contracts/src' },
      to: { path: '^(packages/(?!contracts/)|apps/)' },
    },
    {
      name: 'db-knows-contracts-only',
      comment: 'Rows do not know what the shop does with them: move the logic to packages/core.',
      severity: 'error',
      from: { path: '^packages/db/src' },
      to: { path: '^(packages/(core|sdk|testing)|apps)/', pathNot: test },
    },
    {
      name: 'core-knows-no-app',
      comment: 'Core is called by the apps, never the other way round: pass what you need in.',
      severity: 'error',
      from: { path: '^packages/core/src', pathNot: test },
      to: { path: '^(packages/(sdk|testing)|apps)/' },
    },
    {
      name: 'core-knows-no-transport',
      comment: 'No HTTP framework and no queue in core: return a value, and let the app carry it.',
      severity: 'error',
      from: { path: '^packages/core/src' },
      to: { path: outside(['express', '@trpc/server', '@trpc/client', 'bullmq']) },
    },
    {
      name: 'providers-behind-gateways',
      comment: 'Provider SDKs live under */gateways and */channels: go through the port in kernel/ports.ts.',
      severity: 'error',
      from: { path: '^packages/core/src', pathNot: '/(gateways|channels)/' },
      to: { path: outside(['stripe', 'nodemailer']) },
    },
    {
      name: 'front-doors-only',
      comment: 'Another domain is entered by its index.ts: export there what you need.',
      severity: 'error',
      from: { path: '^packages/core/src/([^/]+)/', pathNot: `${test}|^packages/core/src/composition/` },
      to: {
        path: '^packages/core/src/([^/]+)/',
        pathNot: ['^packages/core/src/$1/', '^packages/core/src/([^/]+|order-edits/steps)/index\\.ts$'],
      },
    },
    {
      name: 'kernel-is-the-floor',
      comment: 'The kernel knows no domain: define a port there and implement it above.',
      severity: 'error',
      from: { path: '^packages/core/src/kernel/', pathNot: test },
      to: { path: '^packages/core/src/(?!kernel/)' },
    },
    {
      name: 'jobs-know-no-domain',
      comment: 'The catalogue of jobs holds settings: put the function into its domain, and name it in apps/worker/src/tasks.ts.',
      severity: 'error',
      from: { path: '^packages/core/src/jobs/', pathNot: test },
      to: { path: '^packages/core/src/(?!(jobs|kernel)/)' },
    },
    {
      name: 'domains-in-order',
      comment:
        'kernel < pricing, store-credit < inventory < carts < orders < invoicing < payments < returns, order-edits < order-cancellations, checkout: announce an event instead of calling upwards.',
      severity: 'error',
      from: { path: '^packages/core/src/(pricing|store-credit|inventory|carts|orders|invoicing)/', pathNot: test },
      to: {
        path: '^packages/core/src/(payments|returns|order-edits|order-cancellations|checkout|notifications|operations|composition|seed)/',
      },
    },
    {
      name: 'edit-steps-below-payments',
      comment:
        'A settled payment applies its edit, so order-edits/steps stands between orders and payments: put what charges or refunds into order-edits itself.',
      severity: 'error',
      from: { path: '^packages/core/src/order-edits/steps/', pathNot: test },
      to: {
        path: '^packages/core/src/(payments|returns|order-edits/(?!steps/)|order-cancellations|checkout|notifications|operations|composition|seed)/',
      },
    },
    {
      name: 'sales-on-top',
      comment: 'Flash sales stand on inventory, orders, payments and checkout, which know nothing of them: put what is shared below.',
      severity: 'error',
      from: { path: '^packages/core/src/(?!flash-sales|composition|seed)', pathNot: test },
      to: { path: '^packages/core/src/flash-sales/' },
    },
    {
      name: 'files-on-top',
      comment: 'Imports read files into the catalogue, which knows nothing of files: put what is shared into catalog.',
      severity: 'error',
      from: { path: '^packages/core/src/(?!imports|composition|seed)', pathNot: test },
      to: { path: '^packages/core/src/imports/' },
    },
    {
      name: 'nobody-imports-listeners',
      comment: 'Notifications and search listen to events: announce one.',
      severity: 'error',
      from: { path: '^packages/core/src/([^/]+)/', pathNot: `${test}|^packages/core/src/composition/` },
      to: { path: '^packages/core/src/(notifications|search)/', pathNot: '^packages/core/src/$1/' },
    },
    {
      name: 'sdk-from-contracts-alone',
      comment: 'The SDK is published: it may know the contract, never the server.',
      severity: 'error',
      from: { path: '^packages/sdk/src', pathNot: test },
      to: { path: '^(packages/(core|db|testing)|apps)/' },
    },
    {
      name: 'sdk-types-only',
      comment: 'Consumers get no zod: import types from contracts, and generate what is needed at run time.',
      severity: 'error',
      from: { path: '^packages/sdk/src', pathNot: test },
      to: { path: '^packages/contracts/', dependencyTypesNot: ['type-only', 'type-import'] },
    },
    {
      name: 'no-orm-in-routers',
      comment: 'Routers parse, call one core function and map: put the query into core.',
      severity: 'error',
      from: { path: '^apps/api/src/(routers|rest|trpc)/' },
      to: { path: `^packages/db/|${outside(['@mikro-orm/core', '@mikro-orm/postgresql', 'kysely', 'pg'])}` },
    },
    {
      name: 'admin-through-the-sdk',
      comment: 'The admin talks to the shop through the SDK like any client.',
      severity: 'error',
      from: { path: '^apps/admin/src' },
      to: { path: '^(packages/(core|db|testing)|apps/(api|worker))/' },
    },
    {
      name: 'testing-is-for-tests',
      comment: 'packages/testing is a tool of tests.',
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
