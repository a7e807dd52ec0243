/**
 * Encryption of personal data at rest: AES-256-GCM (NIST SP 800-38D) with the place of the value as
 * additional data, so that a ciphertext moved to another row or column does not open.
 */
import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, randomBytes, type KeyObject } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { DomainError } from './domain-error.ts';
import { sealedColumns, type AnyPlace, type SealedPlace } from './sealed-columns.ts';

/** Encrypts and decrypts personal data. */
export interface Sealer {
  /** Envelope `v1:<nonce>:<ciphertext and tag>`, base64url; `v2` when the text was compressed first, as in columns of long texts. */
  seal(place: SealedPlace, plain: string): string;
  /**
   * For a required value. Throws `UNREADABLE_VALUE` when the envelope was changed, moved or sealed with
   * another key.
   */
  open(place: SealedPlace, envelope: string): string;
  /** For a value that is shown: null when it cannot be read. `createFieldReader` lists the affected fields of a record. */
  read(place: SealedPlace, envelope: string): string | null;
  /** Whether a value can be read. For checks: nothing is counted or reported. */
  canOpen(place: AnyPlace, envelope: string): boolean;
  /** How often a value could not be read in this process, by `table.column`. */
  readonly unreadable: ReadonlyMap<string, number>;
  /** Keyed hash for look-ups by equality, over the value as normalised by the caller. */
  index(kind: 'email' | 'ip' | 'limit', normalised: string): string;
  /** 256 bits, in hex, derived from a value and the shop's secret: they cannot be computed from the value alone. */
  derive(purpose: string, value: string): string;
}

/** As a key object, not as bytes: otherwise Node determines the kind of key at every call, which takes longer than the work itself. */
const key = (secret: string, purpose: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync('sha256', secret, 'cartwright', purpose, 32)));

type Version = 'v1' | 'v2';
const isVersion = (text: string | undefined): text is Version => text === 'v1' || text === 'v2';
const longColumns: ReadonlySet<string> = new Set(sealedColumns.flatMap((one) => (one.isLong ? [`${one.table}.${one.column}`] : [])));
/** Long texts in columns of long texts. Short ones would hardly become shorter. */
const versionFor = ([table, column]: AnyPlace, plain: string): Version =>
  plain.length >= 500 && longColumns.has(`${table}.${column}`) ? 'v2' : 'v1';
/** With the version, so that an envelope of one version does not open as one of the other. */
const boundTo = (version: Version, place: AnyPlace): Buffer => Buffer.from((version === 'v1' ? place : [version, ...place]).join('|'));

const openEnvelope = (sealKey: KeyObject, place: AnyPlace, envelope: string): string | null => {
  const [version, nonce, body] = envelope.split(':');
  if (!isVersion(version) || !nonce || !body) return null;
  try {
    const bytes = Buffer.from(body, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', sealKey, Buffer.from(nonce, 'base64url'), { authTagLength: 16 })
      .setAAD(boundTo(version, place))
      .setAuthTag(bytes.subarray(-16));
    const plain = Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]);
    return (version === 'v1' ? plain : inflateRawSync(plain)).toString('utf8');
  } catch {
    // Node only throws: it does not say whether the value was changed, moved or sealed with another key.
    return null;
  }
};

/** `shipping_address_sealed` -> `shippingAddress`: the name that callers use for the column. */
const fieldOf = (column: string): string =>
  column.replace(/_sealed$/, '').replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The error for a damaged value that a request needs. */
export const unreadableValue = ([table, column, id]: SealedPlace): DomainError =>
  new DomainError('UNREADABLE_VALUE', `The stored ${fieldOf(column)} is damaged and cannot be read. Write a new value and try again.`, {
    details: { record: table, field: fieldOf(column), id },
  });

/**
 * Derives one key for sealing and another for the index from the shop's secret (HKDF, RFC 5869). `onUnreadable` is
 * called with the place of each value that could not be read.
 */
export const createSealer = (secret: string, onUnreadable: (place: SealedPlace) => void = () => undefined): Sealer => {
  const sealKey = key(secret, 'personal-data-v1');
  const indexKey = key(secret, 'blind-index-v1');
  const deriveKey = key(secret, 'derived-secrets-v1');
  const unreadable = new Map<string, number>();
  const read = (place: SealedPlace, envelope: string): string | null => {
    const plain = openEnvelope(sealKey, place, envelope);
    if (plain !== null) return plain;
    const name = `${place[0]}.${place[1]}`;
    unreadable.set(name, (unreadable.get(name) ?? 0) + 1);
    onUnreadable(place);
    return null;
  };
  return {
    unreadable,
    canOpen: (place, envelope) => openEnvelope(sealKey, place, envelope) !== null,
    read,
    seal: (place, plain) => {
      const version = versionFor(place, plain);
      const bytes = version === 'v1' ? Buffer.from(plain, 'utf8') : deflateRawSync(plain);
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', sealKey, nonce).setAAD(boundTo(version, place));
      const body = Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
      return `${version}:${nonce.toString('base64url')}:${body.toString('base64url')}`;
    },
    open: (place, envelope) => {
      const plain = read(place, envelope);
      if (plain === null) throw unreadableValue(place);
      return plain;
    },
    index: (kind, normalised) => createHmac('sha256', indexKey).update(`${kind}|${normalised}`).digest('hex'),
    derive: (purpose, value) => createHmac('sha256', deriveKey).update(`${purpose}|${value}`).digest('hex'),
  };
};

interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false };
}
/** Reads the sealed fields of one record. */
export interface FieldReader {
  /** The text of a field; null when there is none, and when it cannot be read. */
  text(field: string, place: SealedPlace, envelope: string | null): string | null;
  /** The same for a field that holds JSON of this shape. JSON of another shape counts as unreadable. */
  json<T>(field: string, place: SealedPlace, envelope: string | null, schema: Schema<T>): T | null;
  /** Names of the fields that could not be read, for `unreadable` of the record. */
  readonly unreadable: string[];
}

/** One mechanism for every record with sealed fields: an unreadable field is null, and `unreadable` names it. */
export const createFieldReader = (sealer: Pick<Sealer, 'read'>): FieldReader => {
  const unreadable: string[] = [];
  const give = <T>(field: string, value: T | null): T | null => {
    if (value === null) unreadable.push(field);
    return value;
  };
  return {
    unreadable,
    text: (field, place, envelope) => (envelope === null ? null : give(field, sealer.read(place, envelope))),
    json: (field, place, envelope, schema) => {
      if (envelope === null) return null;
      const text = sealer.read(place, envelope);
      const parsed = text === null ? null : schema.safeParse(parseJson(text));
      return give(field, parsed?.success ? parsed.data : null);
    },
  };
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
