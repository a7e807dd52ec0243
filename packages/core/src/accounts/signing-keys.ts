/** The Ed25519 keys that sign access tokens: kept sealed in the database, published as a JWK set (RFC 7517). */
import { exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose';
import { sql } from 'kysely';
import { transact, type Core } from '../kernel/index.ts';

interface KeyRing {
  readonly signingKid: string;
  readonly signingKey: CryptoKey;
  readonly publicKeys: ReadonlyMap<string, CryptoKey>;
  readonly loadedAt: number;
}
const rings = new WeakMap<Core, Promise<KeyRing>>();
const reloadAfterMs = 5_000;

const asKey = async (jwk: JWK): Promise<CryptoKey> => {
  const key = await importJWK(jwk, 'EdDSA');
  if (key instanceof Uint8Array) throw new Error('A signing key is not an asymmetric key');
  return key;
};

const load = async (core: Core): Promise<KeyRing> => {
  const rows = await core.db.selectFrom('signing_keys').selectAll().orderBy('created_at', 'desc').execute();
  const current = rows.find((row) => row.retired_at === null);
  if (!current) {
    await createFirstKey(core);
    return load(core);
  }
  const privateJwk = JSON.parse(core.sealer.open(['signing_keys', 'private_jwk_sealed', current.kid], current.private_jwk_sealed)) as JWK;
  const publicKeys = await Promise.all(rows.map(async (row) => [row.kid, await asKey(row.public_jwk as JWK)] as const));
  return {
    signingKid: current.kid,
    signingKey: await asKey(privateJwk),
    publicKeys: new Map(publicKeys),
    loadedAt: core.clock.now().getTime(),
  };
};

const createFirstKey = async (core: Core): Promise<void> => {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const [publicJwk, privateJwk] = await Promise.all([exportJWK(publicKey), exportJWK(privateKey)]);
  const kid = core.ids.next();
  await transact(core, async (tx) => {
    // Two processes that start together must end up with one key.
    await sql`select pg_advisory_xact_lock(hashtext('cartwright.signing_keys'))`.execute(tx.db);
    const { rows } = await sql`select 1 from signing_keys where retired_at is null`.execute(tx.db);
    if (rows.length > 0) return;
    await tx.db
      .insertInto('signing_keys')
      .values({
        kid,
        public_jwk: { ...publicJwk, kid, use: 'sig', alg: 'EdDSA' },
        private_jwk_sealed: tx.sealer.seal(['signing_keys', 'private_jwk_sealed', kid], JSON.stringify(privateJwk)),
      })
      .execute();
  });
};

const ringOf = (core: Core): Promise<KeyRing> => {
  let ring = rings.get(core);
  if (!ring) {
    ring = load(core).catch((error: unknown) => {
      rings.delete(core);
      throw error;
    });
    rings.set(core, ring);
  }
  return ring;
};

/** The key to sign with. */
export const getSigningKey = async (core: Core): Promise<{ kid: string; key: CryptoKey }> => {
  const { signingKid, signingKey } = await ringOf(core);
  return { kid: signingKid, key: signingKey };
};

/** The public key of a token, or null. A key made by another process is picked up within seconds. */
export const findPublicKey = async (core: Core, kid: string): Promise<CryptoKey | null> => {
  const ring = await ringOf(core);
  const known = ring.publicKeys.get(kid);
  if (known || core.clock.now().getTime() - ring.loadedAt < reloadAfterMs) return known ?? null;
  rings.delete(core);
  return (await ringOf(core)).publicKeys.get(kid) ?? null;
};

/** Every public key, for `/.well-known/jwks.json`. */
export const getJwks = async (core: Core): Promise<{ keys: JWK[] }> => {
  await ringOf(core);
  const rows = await core.db.selectFrom('signing_keys').select('public_jwk').orderBy('created_at', 'desc').execute();
  return { keys: rows.map((row) => row.public_jwk as JWK) };
};
