/** The opening that test files about the signed-in admin share. */
import { brokenInvariants } from '@cartwright/testing';
import { afterAll, beforeAll, expect } from 'vitest';
import { openAdmin, type AdminInBrowser } from './open-admin.ts';

/**
 * Opens an admin on a demo store, signed in as its owner, before the tests of a block, and hands it to `use`. After them every invariant must
 * hold, and the admin is closed.
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
