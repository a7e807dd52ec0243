import { describe, expect, inject, it } from 'vitest';
import { openDatabase } from './index.ts';

describe('openDatabase', () => {
  it('a closed database has no open connections, so its process can exit at once', async () => {
    const db = await openDatabase({ url: inject('postgresUrl') });
    await Promise.all([db.pool.query('select 1'), db.pool.query('select 1')]);
    expect(db.pool.totalCount).toBe(2);
    await db.close();
    expect(db.pool.totalCount).toBe(0);
  });

  it('a database can be closed twice', async () => {
    const db = await openDatabase({ url: inject('postgresUrl') });
    await db.close();
    await expect(db.close()).resolves.toBeUndefined();
  });
});
