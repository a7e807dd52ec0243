/** Building blocks shared by every domain's contract: money, quantities, instants, pages, addresses. */
import { z } from 'zod';
import { countryCode, storedCountryCode } from './countries.ts';

/** Minor units of a currency (cents, pence, yen): a safe integer, zero or more. */
export const cents = z.int().min(0).max(Number.MAX_SAFE_INTEGER).meta({ description: 'Minor units of the currency' });
/** A price or an amount that staff set. An impossible price is rejected with `INVALID_PRICE`. */
export const price = cents.meta({ description: 'Minor units of the currency', errorCode: 'INVALID_PRICE' });
/** Minor units that may be negative, such as the difference of two prices. */
export const signedCents = z.int().meta({ description: 'Minor units of the currency, signed' });
/** Hundredths of a percent: 1900 is 19 %. */
export const basisPoints = z.int().min(0).max(10_000).meta({ description: 'Hundredths of a percent' });
/** A share that staff set, at most 100 %. Anything else is rejected with `INVALID_PRICE`. */
export const share = basisPoints.meta({ description: 'Hundredths of a percent, at most 10,000 (100 %)', errorCode: 'INVALID_PRICE' });
/** Most units of one line. */
export const maxQuantity = 10_000;
const wholeNumber = (from: number, to: number) => {
  const message = `must be a whole number from ${from} to ${to}`;
  return z.int({ error: message }).min(from, message).max(to, message);
};
/** A number of units within a range; anything else is rejected with `INVALID_QUANTITY`. */
export const unitsFrom = (from: number, to: number) =>
  wholeNumber(from, to).meta({ description: 'Units, a whole number', errorCode: 'INVALID_QUANTITY' });
/** A positive or negative number of units, up to `most`; 0 is rejected with `INVALID_QUANTITY`. */
export const unitsBy = (most: number) =>
  wholeNumber(-most, most)
    .refine((n) => n !== 0, 'must not be 0')
    .meta({ description: 'Units, signed', errorCode: 'INVALID_QUANTITY' });
export const quantity = unitsFrom(1, maxQuantity).meta({
  description: 'Units, a whole number of 1 or more',
  errorCode: 'INVALID_QUANTITY',
});
/** As `quantity`, and 0. */
export const quantityOrNone = unitsFrom(0, maxQuantity);
/**
 * Names of the fields whose stored value is damaged; each of these fields is null. The list is normally empty. Writing a new value
 * repairs a field.
 */
export const unreadable = z
  .array(z.string())
  .meta({ description: 'Fields whose stored value is damaged and cannot be read. They are null; a new value repairs them.' });
/** RFC 3339 instant in a response. Stored instants may be of any year; inputs use `instantInput`. */
export const instant = z.iso
  .datetime({ offset: true })
  // Neither PostgreSQL nor RFC 3339 can represent an instant outside these years in UTC.
  .refine((s) => !/^(?:0000|(?:0001-01-01|9999-12-31).*[+-]\d\d:\d\d$)/.test(s), 'must lie in the years 1 to 9999 in UTC')
  .meta({ description: 'Instant in UTC' });
/** The first and the last instant that an input accepts. */
export const instantRange = { first: '2000-01-01T00:00:00.000Z', last: '2200-12-31T23:59:59.999Z' } as const;
/** Instant in an input. An instant outside these years is a mistake or an attack on date arithmetic. */
export const instantInput = instant
  .refine(
    (s) => Date.parse(s) >= Date.parse(instantRange.first) && Date.parse(s) <= Date.parse(instantRange.last),
    'must lie in the years 2000 to 2200 in UTC',
  )
  .meta({ description: 'Instant in UTC, in the years 2000 to 2200' });
/** When a record was created, and when it was last changed, in a response. */
export const createdAt = instant.meta({ description: 'When the record was created, in UTC' });
export const updatedAt = instant.meta({ description: 'When the record was last changed, in UTC' });
/** A record's version in a response, for optimistic locking; increases by one with each change. */
export const version = z.int().min(1).meta({ description: 'Version of the record; increases by one with each change' });
const mismatch = 'Version that the caller has read; if it has changed, the call fails with `VERSION_MISMATCH`';
/** The version that a change is based on, in an input. */
export const seenVersion = version.meta({ description: mismatch });
/** The version that a change is based on; null accepts any version. REST also accepts `If-Match` instead. */
export const basedOn = version.nullable().meta({ description: `${mismatch}. Null accepts any version.` });

/** Text in a response. Stored text may have no visible character. */
export const storedText = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((s) => !/[\u0000-\u0008\u000b\u000c\u000e-\u001f]|\p{Surrogate}/u.test(s), 'must not contain control characters');

/**
 * A visible letter, digit, punctuation mark or symbol. Invisible fillers such as U+3164 and the empty Braille pattern count as letters
 * and symbols in Unicode.
 */
const visible = /(?![\p{Default_Ignorable_Code_Point}\u2800])[\p{L}\p{N}\p{P}\p{S}]/u;
/** Text that a person typed: trimmed, without control characters and unpaired surrogates, with at least one visible character. */
export const text = (max: number) => storedText(max).refine((s) => s.trim() === '' || visible.test(s), 'must have a visible character');
/**
 * Name of a thing or a person: as `text`, without the characters that override the direction of text (U+202D, U+202E). A letter with an
 * accent is one character (Unicode NFC), so that two names that look the same are the same.
 */
export const nameText = (max: number) =>
  text(max)
    .refine((s) => !/[\u202d\u202e]/.test(s), 'must not contain characters that override the direction of text')
    .overwrite((s) => s.normalize('NFC'))
    .max(max);

/** The address with its domain in ASCII, as mail is sent to it: `info@müller.de` becomes `info@xn--mller-kva.de`. */
const withAsciiDomain = (address: string): string => {
  const at = address.lastIndexOf('@');
  if (!/[^\0-\u007f]/.test(address.slice(at))) return address;
  try {
    return address.slice(0, at + 1) + new URL(`http://${address.slice(at + 1)}`).hostname;
  } catch {
    return address;
  }
};
/** As the pattern of Zod, and top-level domains in other scripts: `xn--p1ai`. */
const mailbox = /^(?!\.)(?!.*\.\.)[a-z0-9_'+\-.]*[a-z0-9_+-]@(?:[a-z0-9][a-z0-9-]*\.)+(?:[a-z]{2,}|xn--[a-z0-9-]+)$/i;

export const email = z
  .string()
  .trim()
  .toLowerCase()
  .overwrite(withAsciiDomain)
  .max(254)
  .pipe(z.email({ pattern: mailbox }))
  .meta({ description: 'E-mail address. Answers have a domain in other letters than a to z in its ASCII form (`xn--…`).' });
export const slug = z
  .string()
  .max(255)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be lower-case words joined by hyphens')
  .meta({ description: 'Part of an address in the shop: lower-case words joined by hyphens' });
/** The most characters of the texts of a product, its variants, images and category. */
export const longestTexts = {
  name: 255,
  description: 50_000,
  brand: 100,
  category: 100,
  tag: 100,
  optionName: 100,
  optionValue: 255,
  sku: 255,
  barcode: 100,
  imageUrl: 2_048,
  imageText: 500,
} as const;

export const sku = text(longestTexts.sku).meta({ description: 'SKU of the variant; no other variant of the shop can have it' });

/** How responses name a variant and its product. */
export const shownSku = z.string().meta({ description: 'SKU of the variant' });
export const productName = z.string().meta({ description: 'Name of the product' });
export const variantTitle = z
  .string()
  .meta({ description: 'Title of the variant: its option values, such as `Small / Blue`; empty for a product without options' });
export const orderNumber = z.string().meta({ description: 'Number of the order, which buyers and staff see' });
/** Identifies a product in files and other systems: any characters, trimmed and composed (NFC), then compared exactly. */
export const handle = z
  .string()
  .trim()
  .normalize('NFC')
  .min(1)
  .max(255)
  .refine((s) => !/[\u0000-\u001f]|\p{Surrogate}/u.test(s), 'must not contain control characters')
  .meta({
    description:
      'Identifies the product in CSV files and other systems. Unique in the shop and case-sensitive. It does not change when ' +
      'the name or slug changes.',
  });

/** Region of a destination in an input, as people type it. */
export const regionInput = text(100).meta({
  description:
    'Region within the country: its ISO 3166-2 code or its name, in upper or lower case, such as `CA`, `US-CA` or `California`. Where ' +
    'tax or shipping in the country depends on the region, an unknown region is refused with `REGION_REQUIRED`.',
});

/** A postal address stored on a cart or an order. Inputs use `AddressInput`. */
export const addressSchema = z
  .strictObject({
    /** First name of the recipient, or the only one. */
    firstName: storedText(100),
    /** Last name of the recipient. */
    lastName: storedText(100).optional(),
    /** Company of the recipient. */
    company: storedText(200).optional(),
    /** Street and number. */
    line1: storedText(200),
    /** Further line of the address, such as the floor. */
    line2: storedText(200).optional(),
    /** City or town. Required where addresses of the country have one, see `checkout.addressFormat`. */
    city: storedText(100).optional(),
    /** Region, state or province, as in the postal address: name or code. Required where addresses of the country have one. */
    region: storedText(100).optional(),
    /** Postal code, as written in the country. Required where addresses of the country have one. */
    postalCode: storedText(20).optional(),
    countryCode: storedCountryCode,
    /** E.164 number, such as `+4930123456`. */
    phone: z
      .string()
      .regex(/^\+[1-9]\d{6,14}$/, 'must be an E.164 number such as +4930123456')
      .optional(),
  })
  .meta({ id: 'Address' });
export type Address = z.infer<typeof addressSchema>;
/** A postal address as typed by the customer. `checkout.addressFormat` says which fields the country needs. */
export const addressInput = addressSchema
  .extend({
    firstName: nameText(100),
    lastName: nameText(100).optional(),
    company: nameText(200).optional(),
    line1: nameText(200),
    line2: nameText(200).optional(),
    city: nameText(100).optional(),
    region: nameText(100).optional(),
    postalCode: text(20).optional(),
    countryCode,
    /** Phone number as people type it, such as `030 123456`; stored as an E.164 number of the country of the address. */
    phone: text(40).optional(),
  })
  .meta({ id: 'AddressInput' });

/** Paging by page number, for lists that people read. */
export const pageInput = {
  /** Number of the page, from 1. */
  page: z.int().min(1).max(10_000).default(1),
  /** Most records of a page. */
  pageSize: z.int().min(1).max(100).default(20),
};
/** One page of a list. `totalCount` counts the matches on all pages. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item).meta({ description: 'Records of this page' }),
    page: z.int().meta({ description: 'Number of this page, from 1' }),
    pageSize: z.int().meta({ description: 'Most records of a page' }),
    totalCount: z.int().meta({ description: 'Matches on all pages' }),
  });

/** Paging by cursor, for long lists that programs read. */
export const cursorInput = {
  /** `nextCursor` of the previous response; without it, the first page. */
  cursor: z.string().max(200).optional(),
  /** Most records of the response. */
  limit: z.int().min(1).max(100).default(20),
};
/** One page of a list; `nextCursor` is null on the last page. */
export const cursorPageOf = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item).meta({ description: 'Records of this page' }),
    nextCursor: z.string().nullable().meta({ description: 'Send it as `cursor` to get the next page; null on the last page' }),
  });

/** Response of a change that returns no data. */
export const done = z.object({ ok: z.literal(true).meta({ description: 'Always true; a call that fails returns an error instead' }) });
/** Input of procedures that take none. */
export const nothing = z.strictObject({});
