/**
 * Encryption of personal data at rest: AES-256-GCM (NIST SP 800-38D) with the place of the value as
 * additional data, so that a ciphertext moved to another row or column does not open.
 */
import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, randomBytes, type KeyObject } from 'node:crypto';

/** Where a value lives: table, column, row id. */
export type Place = readonly [table: string, column: string, rowId: string];

export interface Sealer {
  /** Envelope `v1:<nonce>:<ciphertext and tag>`, base64url. */
  seal(place: Place, plain: string): string;
  /** Throws when the envelope was changed, moved or sealed with another key. */
  open(place: Place, envelope: string): string;
  /** Keyed hash for look-ups by equality, over the value as normalised by the caller. */
  index(kind: 'email' | 'ip' | 'limit', normalised: string): string;
  /** 256 bits, in hex, that follow from a value and the shop's secret alone: who has the value cannot work them out. */
  derive(purpose: string, value: string): string;
}

/** As a key object, not as bytes: Node looks for the kind of key at every call otherwise, which takes longer than the work itself. */
const key = (secret: string, purpose: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync('sha256', secret, 'cartwright', purpose, 32)));

/** Derives one key for sealing and another for the index from the shop's secret (HKDF, RFC 5869). */
export const createSealer = (secret: string): Sealer => {
  const sealKey = key(secret, 'personal-data-v1');
  const indexKey = key(secret, 'blind-index-v1');
  const deriveKey = key(secret, 'derived-secrets-v1');
  return {
    seal: (place, plain) => {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', sealKey, nonce).setAAD(Buffer.from(place.join('|')));
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `v1:${nonce.toString('base64url')}:${body.toString('base64url')}`;
    },
    open: (place, envelope) => {
      const [version, nonce, body] = envelope.split(':');
      if (version !== 'v1' || !nonce || !body) throw new Error(`A sealed value of ${place[0]}.${place[1]} is not an envelope`);
      const bytes = Buffer.from(body, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', sealKey, Buffer.from(nonce, 'base64url')).setAAD(Buffer.from(place.join('|')));
      decipher.setAuthTag(bytes.subarray(-16));
      return decipher.update(bytes.subarray(0, -16), undefined, 'utf8') + decipher.final('utf8');
    },
    index: (kind, normalised) => createHmac('sha256', indexKey).update(`${kind}|${normalised}`).digest('hex'),
    derive: (purpose, value) => createHmac('sha256', deriveKey).update(`${purpose}|${value}`).digest('hex'),
  };
};
