/**
 * Loads the code of the measured shop. It may come from another checkout (`--shop`), so the same bench can measure an older state. The
 * bench uses only its database and event functions; everything else goes through REST and SQL.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as accountsCode from '@cartwright/core/accounts';
import type * as compositionCode from '@cartwright/core/composition';
import type * as kernelCode from '@cartwright/core/kernel';
import type * as dbCode from '@cartwright/db';
import type * as embeddedCode from '@cartwright/db/embedded';

export interface ShopCode {
  readonly root: string;
  readonly db: typeof dbCode;
  readonly embedded: typeof embeddedCode;
  readonly kernel: typeof kernelCode;
  readonly composition: typeof compositionCode;
  readonly accounts: typeof accountsCode;
}

/**
 * Loads the built code of a checkout.
 *
 * @throws If the checkout has no installed dependencies or was not built.
 */
export const loadShopCode = async (root: string): Promise<ShopCode> => {
  for (const file of ['apps/api/dist/main.js', 'apps/worker/dist/main.js'])
    if (!existsSync(path.join(root, file)))
      throw new Error(`${path.join(root, file)} does not exist. Install the dependencies of that checkout and run \`pnpm build\` in it.`);
  const { resolve } = createRequire(path.join(root, 'bench/package.json'));
  const load = async <T>(name: string): Promise<T> => (await import(pathToFileURL(resolve(name)).href)) as T;
  const [db, embedded, kernel, composition, accounts] = await Promise.all([
    load<ShopCode['db']>('@cartwright/db'),
    load<ShopCode['embedded']>('@cartwright/db/embedded'),
    load<ShopCode['kernel']>('@cartwright/core/kernel'),
    load<ShopCode['composition']>('@cartwright/core/composition'),
    load<ShopCode['accounts']>('@cartwright/core/accounts'),
  ]);
  return { root, db, embedded, kernel, composition, accounts };
};
