/** Shared set-up of tests that need a signed-in admin, and the products that they look up. */
import { findProduct, brokenInvariants } from '@cartwright/testing';
import { afterAll, beforeAll, expect } from 'vitest';
import { openAdmin, type AdminInBrowser } from './open-admin.ts';

/**
 * Before the tests of a block: opens the admin of a demo shop, signed in as its owner, and passes it to `use`. After the tests: checks
 * that every invariant holds, and closes the admin.
 */
export const signedIn = (use: (admin: AdminInBrowser) => void): void => {
  let admin: AdminInBrowser | null = null;
  beforeAll(async () => {
    admin = await openAdmin();
    await admin.signIn();
    use(admin);
  });
  afterAll(async () => {
    if (!admin) return;
    const broken = await brokenInvariants(admin.shop.core);
    await admin.close();
    expect(broken).toEqual([]);
  });
};

/** The product of the demo shop with this slug, as it is stored now. */
export const productOf = async ({ shop }: AdminInBrowser, slug: string) => {
  const found = await findProduct(shop.core, { slug });
  if (!found) throw new Error(`There is no product ${slug}`);
  return found;
};
