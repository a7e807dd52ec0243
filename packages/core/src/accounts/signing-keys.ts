/** The Ed25519 keys that sign access tokens: kept sealed in the database, published as a JWK set (RFC 7517). */
import { exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose';
import { transact, withoutCall, type Core } from '../kernel/index.ts';
import { lockSigningKeys } from './account.locks.ts';
import { deleteRetiredKeys, insertSigningKey, retireKey, retireOldKey, type NewSigningKey } from './signing-key.store.ts';

interface KeyRing {
  readonly signingKid: string;
  readonly signingKey: CryptoKey;
  readonly publicKeys: ReadonlyMap<string, CryptoKey>;
  readonly loadedAt: number;
}
const rings = new WeakMap<Core, Promise<KeyRing>>();
/** After this time the keys are read again, because another process may have made a new one. */
const reloadAfterMs = 60_000;
/** Tokens with unknown keys cause a reload no more often than this. */
const lookAgainAfterMs = 5_000;

const asKey = async (jwk: JWK): Promise<CryptoKey> => {
  const key = await importJWK(jwk, 'EdDSA');
  if (key instanceof Uint8Array) throw new Error('A signing key is not an asymmetric key');
  return key;
};

const load = async (core: Core): Promise<KeyRing> => {
  const rows = await core.db.selectFrom('signing_keys').selectAll().orderBy('createdAt', 'desc').execute();
  const current = rows.find((row) => row.retiredAt === null);
  if (!current) {
    await createFirstKey(core);
    return load(core);
  }
  const privateJwk = core.sealer.read(['signing_keys', 'private_jwk_sealed', current.kid], current.privateJwkSealed);
  if (privateJwk === null) {
    // The public half of the unreadable key still verifies the tokens signed with it; new tokens are signed with a new key.
    core.log.error({ kid: current.kid }, 'the signing key cannot be read; it is retired and a new one is made');
    await retireSigningKey(core, current.kid);
    return load(core);
  }
  const publicKeys = await Promise.all(rows.map((row) => publicKeyOf(core, row)));
  return {
    signingKid: current.kid,
    signingKey: await asKey(JSON.parse(privateJwk) as JWK),
    publicKeys: new Map(publicKeys.filter((one) => one !== null)),
    loadedAt: core.clock.now().getTime(),
  };
};

/** Null for a damaged key: its tokens are refused, and those of other keys still work. */
const publicKeyOf = async (core: Core, { kid, publicJwk: jwk }: { kid: string; publicJwk: unknown }) => {
  try {
    return [kid, await asKey(jwk as JWK)] as const;
  } catch (error) {
    core.log.error({ err: error, kid }, 'a public signing key cannot be read; its tokens are refused');
    return null;
  }
};

const retireSigningKey = async (core: Core, kid: string): Promise<void> => {
  const key = await newKey(core);
  await transact(core, async (tx) => {
    await lockSigningKeys(tx);
    // Another process may have replaced the key in the meantime.
    if (await retireKey(tx, kid)) await insertSigningKey(tx, key);
  });
};

const newKey = async (core: Core): Promise<NewSigningKey> => {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const [publicJwk, privateJwk] = await Promise.all([exportJWK(publicKey), exportJWK(privateKey)]);
  const kid = core.ids.next();
  return {
    kid,
    publicJwk: { ...publicJwk, kid, use: 'sig', alg: 'EdDSA' },
    privateJwkSealed: core.sealer.seal(['signing_keys', 'private_jwk_sealed', kid], JSON.stringify(privateJwk)),
  };
};

const createFirstKey = async (core: Core): Promise<void> => {
  const key = await newKey(core);
  await transact(core, async (tx) => {
    await lockSigningKeys(tx);
    const current = await tx.db.selectFrom('signing_keys').select('kid').where('retiredAt', 'is', null).executeTakeFirst();
    if (!current) await insertSigningKey(tx, key);
  });
};

/**
 * Replaces the signing key once it is 30 days old; returns whether it did. Nobody is signed out: a retired key still
 * verifies tokens for a day, longer than any token is valid and longer than a process takes to load the new key.
 */
export const rotateSigningKey = async (core: Core): Promise<boolean> => {
  const key = await newKey(core);
  return transact(core, async (tx) => {
    await lockSigningKeys(tx);
    await deleteRetiredKeys(tx);
    if (!(await retireOldKey(tx))) return false;
    await insertSigningKey(tx, key);
    return true;
  });
};

const ringOf = async (core: Core): Promise<KeyRing> => {
  const known = rings.get(withoutCall(core));
  if (known) {
    const ring = await known;
    if (core.clock.now().getTime() - ring.loadedAt < reloadAfterMs) return ring;
    // Of many concurrent callers that find the keys outdated, the first reloads them for all.
    const next = rings.get(withoutCall(core));
    if (next && next !== known) return next;
  }
  const ring = load(core).catch((error: unknown) => {
    rings.delete(withoutCall(core));
    throw error;
  });
  rings.set(withoutCall(core), ring);
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
  if (known || core.clock.now().getTime() - ring.loadedAt < lookAgainAfterMs) return known ?? null;
  rings.delete(withoutCall(core));
  return (await ringOf(core)).publicKeys.get(kid) ?? null;
};

/** Every public key, for `/.well-known/jwks.json`. */
export const getJwks = async (core: Core): Promise<{ keys: JWK[] }> => {
  await ringOf(core);
  const rows = await core.db.selectFrom('signing_keys').select('publicJwk').orderBy('createdAt', 'desc').execute();
  return { keys: rows.map((row) => row.publicJwk as JWK) };
};
