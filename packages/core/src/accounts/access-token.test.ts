import { createHmac } from 'node:crypto';
import { aCustomer, createTestShop, password, type TestShop } from '@cartwright/testing';
import { exportJWK, generateKeyPair, importJWK, jwtVerify, SignJWT, type JWK } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authenticate, getJwks, signIn, signOut, verifyToken } from './index.ts';
import { getSigningKey } from './signing-keys.ts';

let shop: TestShop;
let good: string;
let sub: string;
let sid: string;
beforeAll(async () => {
  shop = await createTestShop();
  const { email } = await aCustomer(shop.core);
  good = (await signIn(shop.core, { kind: 'guest', cartToken: null }, { email, password })).tokens.accessToken;
  const actor = await authenticate(shop.core, good);
  [sub, sid] = [actor.userId, actor.sessionId];
});
afterAll(() => shop.close());

const b64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = () => Math.floor(Date.now() / 1000);
const claims = (changes: Record<string, unknown> = {}) => ({
  iss: shop.config.publicUrl,
  aud: 'cartwright',
  sub,
  sid,
  jti: 'x',
  iat: now(),
  exp: now() + 60,
  ...changes,
});

/** A token signed with the shop's own key; undefined removes a claim or a header field. */
const signed = async (changes: Record<string, unknown> = {}, header: Record<string, unknown> = {}): Promise<string> => {
  const { kid, key } = await getSigningKey(shop.core);
  const payload = JSON.parse(JSON.stringify(claims(changes))) as Record<string, unknown>;
  return new SignJWT(payload).setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid, ...header }).sign(key);
};
const kidOf = async () => (await getSigningKey(shop.core)).kid;
/** A token with the given header and the usual claims; `sign` computes the signature. */
const forged = (header: object, sign: (text: string) => string): string => {
  const text = `${b64(header)}.${b64(claims())}`;
  return `${text}.${sign(text)}`;
};
const hmac = (key: string) => (text: string) => createHmac('sha256', key).update(text).digest('base64url');
const publicJwk = async (): Promise<JWK> => (await getJwks(shop.core)).keys[0] ?? {};

describe('access tokens', () => {
  it('an access token signed by the shop is accepted', async () => {
    await expect(authenticate(shop.core, await signed())).resolves.toMatchObject({ userId: sub, sessionId: sid });
  });

  it('verifying an access token returns its account, role, scopes and expiry', async () => {
    const granted = await verifyToken(shop.core, await authenticate(shop.core, await signed({ exp: 2_000_000_000 })));
    expect(granted).toEqual({ userId: sub, role: 'customer', scopes: [], expiresAt: '2033-05-18T03:33:20.000Z' });
  });

  it('others can verify an access token with the published key, which contains no private part', async () => {
    const jwk = await publicJwk();
    expect(jwk).toMatchObject({ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig' });
    expect(jwk).not.toHaveProperty('d');
    const { payload } = await jwtVerify(good, await importJWK(jwk, 'EdDSA'), { issuer: shop.config.publicUrl, audience: 'cartwright' });
    expect(payload).toMatchObject({ sub, sid });
  });

  const attempts: Record<string, () => Promise<string> | string> = {
    'without a signature, alg none': async () => forged({ alg: 'none', typ: 'at+jwt', kid: await kidOf() }, () => ''),
    'without a signature, alg None': async () => forged({ alg: 'None', typ: 'at+jwt', kid: await kidOf() }, () => ''),
    'with an empty signature': () => `${good.split('.').slice(0, 2).join('.')}.`,
    'with another signature': () => `${good.slice(0, -8)}AAAAAAAA`,
    'signed HS256 by the public key': async () =>
      forged({ alg: 'HS256', typ: 'at+jwt', kid: await kidOf() }, hmac((await publicJwk()).x ?? '')),
    'signed HS256 by the public key as JSON': async () =>
      forged({ alg: 'HS256', typ: 'at+jwt', kid: await kidOf() }, hmac(JSON.stringify(await publicJwk()))),
    'signed ES256 with r and s of zero': async () =>
      forged({ alg: 'ES256', typ: 'at+jwt', kid: await kidOf() }, () => Buffer.alloc(64).toString('base64url')),
    'whose key id is a file path': () => signed({}, { kid: '../../../../dev/null' }),
    'whose key id is SQL': () => signed({}, { kid: "x' union select 'AAAA" }),
    'without a key id': () => signed({}, { kid: undefined }),
    'with its own key in the header': async () => {
      const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
      const jwk = await exportJWK(publicKey);
      return new SignJWT(claims()).setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', jwk, kid: await kidOf() }).sign(privateKey);
    },
    'with a URL of keys in the header': async () => {
      const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
      return new SignJWT(claims())
        .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', jku: 'https://attacker.example/jwks.json', kid: 'theirs' })
        .sign(privateKey);
    },
    'of another type': () => signed({}, { typ: 'JWT' }),
    'without a type': () => signed({}, { typ: undefined }),
    'of another issuer': () => signed({ iss: 'https://elsewhere.example' }),
    'for another audience': () => signed({ aud: 'somebody-else' }),
    'that has just expired': () => signed({ exp: now() - 6 }),
    'that is not yet valid': () => signed({ nbf: now() + 60 }),
    'without an expiry': () => signed({ exp: undefined }),
    'whose expiry is a string': () => signed({ exp: String(now() + 60) }),
    'without a subject': () => signed({ sub: undefined }),
    'whose subject is not an id': () => signed({ sub: 'admin' }),
    'without a session id': () => signed({ sid: undefined }),
    'of a session that does not exist': () => signed({ sid: '01990000-0000-7000-8000-000000000000' }),
    'of another account’s session': async () => signed({ sub: (await aCustomer(shop.core)).userId }),
    'that is a refresh token': async () => {
      const { email } = await aCustomer(shop.core);
      return (await signIn(shop.core, { kind: 'guest', cartToken: null }, { email, password })).tokens.refreshToken;
    },
    'that is not a token': () => 'null',
    'that is empty': () => '',
  };
  it.each(Object.entries(attempts))('an access token %s is rejected', async (_what, make) => {
    const token = await make();
    await expect(authenticate(shop.core, token)).rejects.toMatchObject({ code: 'INVALID_TOKEN', status: 401 });
  });

  it('an access token is rejected as soon as its session is signed out', async () => {
    const { email } = await aCustomer(shop.core);
    const { tokens } = await signIn(shop.core, { kind: 'guest', cartToken: null }, { email, password });
    await signOut(shop.core, await authenticate(shop.core, tokens.accessToken));
    await expect(authenticate(shop.core, tokens.accessToken)).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
  });
});
