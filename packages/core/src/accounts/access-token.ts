/** Access tokens: JWTs of the profile RFC 9068, signed with EdDSA and nothing else. */
import type { UserId } from '@cartwright/contracts';
import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { DomainError, type Core } from '../kernel/index.ts';
import { findPublicKey, getSigningKey } from './signing-keys.ts';

const audience = 'cartwright';
const claims = z.object({ sub: z.uuid(), sid: z.uuid(), exp: z.int() });

/** A token of one session, good for `accessTokenMinutes`: EdDSA, `at+jwt` (RFC 9068), with a `jti` of its own. */
export const signAccessToken = async (core: Core, userId: UserId, sessionId: string): Promise<{ token: string; expiresAt: Date }> => {
  const { kid, key } = await getSigningKey(core);
  const now = Math.floor(core.clock.now().getTime() / 1000);
  const exp = now + core.config.accessTokenMinutes * 60;
  const token = await new SignJWT({ sid: sessionId })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid })
    .setIssuer(core.config.publicUrl)
    .setAudience(audience)
    .setSubject(userId)
    .setJti(core.ids.next())
    .setIssuedAt(now)
    .setExpirationTime(exp)
    .sign(key);
  return { token, expiresAt: new Date(exp * 1000) };
};

/** Checks signature, algorithm, type, issuer, audience and expiry. Throws `INVALID_TOKEN`. */
export const verifyAccessToken = async (core: Core, token: string): Promise<{ userId: UserId; sessionId: string; expiresAt: Date }> => {
  try {
    const { payload } = await jwtVerify(
      token,
      async (header) => {
        const key = typeof header.kid === 'string' ? await findPublicKey(core, header.kid) : null;
        if (!key) throw new errors.JWKSNoMatchingKey();
        return key;
      },
      {
        algorithms: ['EdDSA'],
        typ: 'at+jwt',
        issuer: core.config.publicUrl,
        audience,
        currentDate: core.clock.now(),
        clockTolerance: 5,
        requiredClaims: ['exp', 'sub', 'iat'],
      },
    );
    const { sub, sid, exp } = claims.parse(payload);
    return { userId: sub as UserId, sessionId: sid, expiresAt: new Date(exp * 1000) };
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof z.ZodError || error instanceof TypeError)
      throw new DomainError('INVALID_TOKEN', 'The access token is invalid or has expired. Refresh it or sign in again.', {
        cause: error,
      });
    throw error;
  }
};
