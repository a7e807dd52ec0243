import { execFile } from 'node:child_process';
import { copyFile, glob, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { createServer, type ShopServer } from '@cartwright/api';
import { aStaffMember, createTestShop, password, seriesOf, type TestShop } from '@cartwright/testing';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { compilers, installPacked, resolutions, type Compiler, type Installed, type Resolution } from './packed.ts';
import { event, ok, startStubShop } from './stub-shop.ts';

// Compilers are slow on a busy machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });
const packages = ['contracts', 'sdk'] as const;
let installed: Installed;
beforeAll(async () => {
  installed = await installPacked();
  await copyFile(path.join(import.meta.dirname, 'consumer/buyer.ts'), path.join(installed.folder, 'buyer.ts'));
});
afterAll(() => installed.remove());

/** The files of a package by name, with their texts. */
const filesOf = async (name: 'contracts' | 'sdk'): Promise<Map<string, string>> => {
  const found = new Map<string, string>();
  for await (const file of glob('**/*', { cwd: installed.of(name), withFileTypes: true })) {
    const full = path.join(file.parentPath, file.name);
    if (file.isFile()) found.set(path.relative(installed.of(name), full), await readFile(full, 'utf8'));
  }
  return found;
};

describe.each(packages)('the package %s', (name) => {
  it('the package has no finding of publint or are-the-types-wrong', async () => {
    const { messages, pkg } = await publint({ pkgDir: installed.of(name), pack: false, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
    // The package is ESM only: CommonJS loads it by `import()`, or by `require` from Node 22 on.
    expect(await installed.typesAreWrong(name)).toBe('');
  });

  it('the package contains its licence, its README and every source map that it refers to', async () => {
    const files = await filesOf(name);
    expect([...files.keys()]).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']));
    const maps = [...files].flatMap(([file, text]) =>
      [...text.matchAll(/^\/\/# sourceMappingURL=(.+)$/gm)].map(([, map = '']) => path.join(path.dirname(file), map)),
    );
    expect(maps.filter((map) => !files.has(map))).toEqual([]);
    expect(maps.filter((map) => !files.get(map)?.includes('"sourcesContent":["'))).toEqual([]);
  });

  it('the types of the package refer only to its own dependencies and to nothing of the server', async () => {
    const files = await filesOf(name);
    const { dependencies } = JSON.parse(files.get('package.json') ?? '') as { dependencies: Record<string, string> };
    const named = [...files]
      .filter(([file]) => file.endsWith('.d.ts'))
      .flatMap(([, text]) => [...text.matchAll(/(?:from|import\()\s*["']([^."'][^"']*)["']/g)].map(([, specifier]) => specifier));
    expect(named.length).toBeGreaterThan(0);
    const packagesNamed = new Set(named.map((specifier) => /^(@[^/]+\/)?[^/]+/.exec(specifier ?? '')?.[0] ?? ''));
    expect([...packagesNamed].filter((one) => !Object.hasOwn(dependencies, one))).toEqual([]);
    const types = [...files]
      .filter(([file]) => file.endsWith('.d.ts'))
      .map(([, text]) => text)
      .join('\n');
    expect(types).not.toMatch(/mikro-?orm|kysely|EntityManager/i);
  });
});

describe('a strict program that checks the declarations of its libraries', () => {
  const matrix = (Object.keys(compilers) as Compiler[]).flatMap((compiler) =>
    (Object.keys(resolutions) as Resolution[]).map((resolution) => [compiler, resolution] as const),
  );
  // The newest compiler with both resolutions, and the oldest with the stricter one.
  const short = matrix.filter(([compiler, resolution]) => compiler === '7.0.2' || (compiler === '5.9.3' && resolution === 'nodenext'));
  it.each(seriesOf(matrix, short))('a strict program compiles under TypeScript %s with the resolution %s', async (compiler, resolution) => {
    const { complaints, ms, checkMs, instantiations } = await installed.compile(compiler, resolution, ['buyer.ts']);
    console.log(
      `TypeScript ${compiler}, ${resolution}: types checked in ${Math.round(checkMs)} ms (${instantiations} instantiations), ${Math.round(ms)} ms in all`,
    );
    expect(complaints).toBe('');
  });
});

/** The TypeScript examples of a README, each as a module with a `shop`. */
const examplesOf = (readme: string): string[] =>
  [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) =>
    /const shop =/.test(code)
      ? code
      : `import { createCartwright as connect } from '@cartwright/sdk';\nconst shop = connect({ baseUrl: '' });\n${code}`,
  );

describe.each(packages)('the README of %s', (name) => {
  it('the examples of the README compile', async () => {
    const examples = examplesOf((await filesOf(name)).get('README.md') ?? '');
    expect(examples.length).toBeGreaterThan(0);
    const names = examples.map((_, index) => `${name}-${index + 1}.ts`);
    for (const [index, example] of examples.entries()) await writeFile(path.join(installed.folder, names[index] ?? ''), example);
    expect((await installed.compile('7.0.2', 'bundler', names)).complaints).toBe('');
  });
});

describe('the compiled program', () => {
  let shop: TestShop;
  let server: ShopServer;
  let baseUrl: string;
  beforeAll(async () => {
    shop = await createTestShop();
    server = createServer(shop.core, { host: '127.0.0.1', port: 0, corsOrigins: [], trustProxy: 0, metricsToken: null });
    baseUrl = await server.listen();
  });
  afterAll(async () => {
    await server.close();
    await shop.close();
  });

  it.each(Object.keys(resolutions))('the program compiled for %s runs in plain Node against a shop', async (resolution) => {
    const { email } = await aStaffMember(shop.core);
    const main = path.join(installed.folder, 'main.mjs');
    const args = JSON.stringify([baseUrl, { email, password }]);
    await writeFile(
      main,
      `import { shopAround } from './out/7.0.2-${resolution}/buyer.js';\nconsole.log(JSON.stringify(await shopAround(...${args})));\n`,
    );
    const { stdout } = await promisify(execFile)(process.execPath, [main], { cwd: installed.folder });
    expect(JSON.parse(stdout)).toEqual({
      order: 'Paid',
      absent: 'NOT_FOUND 404 never',
      walked: 1,
      event: 'product.created',
      ping: true,
      forged: 'INVALID_SIGNATURE 401 never',
      addressIsValid: true,
      status: 409,
    });
  });
});

describe('the bundle for browsers, edge workers, Bun and Deno', () => {
  it('the bundle is smaller than 15 kB and contains no schema library', async () => {
    const { code, moduleIds } = await installed.bundle('esm');
    const bytes = gzipSync(code).length;
    console.log(`Minified and gzipped: ${bytes} bytes`);
    expect(moduleIds.filter((id) => /node_modules\/(zod|@cartwright\/contracts)\//.test(id))).toEqual([]);
    expect(bytes).toBeLessThan(15_000);
  });

  it('the bundle imports nothing and uses nothing that only Node has', async () => {
    const { code, imports, dynamicImports } = await installed.bundle('esm');
    expect([...imports, ...dynamicImports]).toEqual([]);
    expect(code.match(/\b(?:process\.|Buffer\b|require\(|node:|__dirname|setImmediate)/g)).toBeNull();
  });

  it('the bundle runs with only the globals of the web platform', async () => {
    const web = {
      AbortController,
      AbortSignal,
      Headers,
      Request,
      Response,
      TextDecoder,
      TextEncoder,
      URL,
      atob,
      clearTimeout,
      crypto,
      fetch,
      setTimeout,
    };
    const { code } = await installed.bundle('iife');
    const stub = await startStubShop();
    stub.on('carts.create', () => ok({ cart: { id: 'c' }, cartToken: 'the-guest' }));
    stub.on('carts.get', ({ headers }) => ok({ id: headers['x-cart-token'] }));
    stub.on('events.live', () => ({ stream: [event({ data: '{"id":"e"}' }), event({ event: 'return', data: '' })] }));
    const program = `${code};
      (async () => {
        const shop = sdk.createCartwright({ baseUrl: ${JSON.stringify(stub.url)} });
        await shop.carts.create();
        const seen = [(await shop.carts.get({ cartId: 'c' })).id];
        for await (const { id } of shop.events.live()) seen.push(id);
        await sdk.verifyWebhook({ body: '{}', headers: new Headers(), secret: 'whsec_c2VjcmV0' }).catch(({ code }) => seen.push(code));
        return JSON.stringify(seen);
      })()`;
    const seen: unknown = await runInNewContext(program, web);
    await stub.close();
    expect(seen).toBe('["the-guest","e","INVALID_SIGNATURE"]');
    expect(stub.of('carts.create')[0]?.headers['idempotency-key']).toMatch(/^[0-9a-f]{32}$/);
  });
});
