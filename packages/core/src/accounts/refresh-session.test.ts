import { aCustomer, createTestShop, letPass, password, race, type TestShop } from '@cartwright/testing';
import type { TokenPair } from '@cartwright/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GuestActor } from '../kernel/index.ts';
import { authenticate, refreshSession, signIn, signOut } from './index.ts';

const guest: GuestActor = { kind: 'guest', cartToken: null };
let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

const signedIn = async (): Promise<TokenPair> => {
  const { email } = await aCustomer(shop.core);
  return (await signIn(shop.core, guest, { email, password })).tokens;
};
const refresh = (refreshToken: string): Promise<TokenPair> => refreshSession(shop.core, guest, { refreshToken });
const isDead = async ({ accessToken, refreshToken }: TokenPair): Promise<void> => {
  await expect(authenticate(shop.core, accessToken)).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
  await expect(refresh(refreshToken)).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
};

describe('refresh tokens', () => {
  it('a refresh token is exchanged for a new pair of the same session', async () => {
    const first = await signedIn();
    const second = await refresh(first.refreshToken);
    expect(second.refreshToken).not.toBe(first.refreshToken);
    const [before, after] = [await authenticate(shop.core, first.accessToken), await authenticate(shop.core, second.accessToken)];
    expect(after.sessionId).toBe(before.sessionId);
  });

  it('neither a refresh token nor its successor is stored in the database', async () => {
    const first = await signedIn();
    const second = await refresh(first.refreshToken);
    const rows = await shop.core.db.selectFrom('refresh_tokens').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(first.refreshToken);
    expect(JSON.stringify(rows)).not.toContain(second.refreshToken);
  });

  it('a refresh token returns the same successor once more when the response was lost, and only once', async () => {
    const first = await signedIn();
    const lost = await refresh(first.refreshToken);
    const again = await refresh(first.refreshToken);
    expect(again.refreshToken).toBe(lost.refreshToken);
    await expect(refresh(first.refreshToken)).rejects.toMatchObject({ code: 'REFRESH_REUSED' });
    await isDead(again);
  });

  it('a reused refresh token ends the session for everybody once its successor was used', async () => {
    const first = await signedIn();
    const second = await refresh(first.refreshToken);
    const third = await refresh(second.refreshToken);
    await expect(refresh(first.refreshToken)).rejects.toMatchObject({ code: 'REFRESH_REUSED' });
    await isDead(third);
    const events = await shop.core.db.selectFrom('outbox_events').select('payload').where('name', '=', 'user.session_revoked').execute();
    expect(events.map(({ payload }) => payload)).toContainEqual(expect.objectContaining({ reason: 'refresh_reused' }));
  });

  it('a refresh token reused after the grace period ends the session even if its successor is unused', async () => {
    const first = await signedIn();
    const second = await refresh(first.refreshToken);
    await letPass(shop.core, 1);
    await expect(refresh(first.refreshToken)).rejects.toMatchObject({ code: 'REFRESH_REUSED' });
    await isDead(second);
  });

  it('a refresh token sent twenty times at once has at most one successor', async () => {
    const { refreshToken } = await signedIn();
    const { won, defects } = await race(20, () => refresh(refreshToken));
    expect(defects).toEqual([]);
    expect(won.length).toBeLessThanOrEqual(2);
    expect(new Set(won.map((pair) => pair.refreshToken)).size).toBe(1);
  });

  it('a refresh token becomes invalid with its session', async () => {
    const pair = await signedIn();
    await signOut(shop.core, await authenticate(shop.core, pair.accessToken));
    await isDead(pair);
  });

  it('a refresh token is valid for seven days and so is each successor; the session lasts thirty days', async () => {
    let pair = await signedIn();
    const idle = await signedIn();
    for (let week = 0; week < 4; week += 1) {
      await letPass(shop.core, 6 * 24 * 60);
      pair = await refresh(pair.refreshToken);
    }
    await expect(refresh(idle.refreshToken)).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
    const left = new Date(pair.refreshTokenExpiresAt).getTime() - Date.now();
    expect(left).toBeLessThanOrEqual(6 * 24 * 60 * 60_000);
    await letPass(shop.core, 6 * 24 * 60 + 1);
    await expect(refresh(pair.refreshToken)).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
  });

  it('a refresh token of a suspended account is rejected', async () => {
    const pair = await signedIn();
    const { userId } = await authenticate(shop.core, pair.accessToken);
    await shop.core.database.kysely.updateTable('users').set({ accountStatus: 'suspended' }).where('id', '=', userId).execute();
    await expect(refresh(pair.refreshToken)).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
  });

  it('an unknown refresh token is rejected', async () => {
    await expect(refresh('x'.repeat(43))).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
  });
});
