/** What makes two buyers the same one: a mailbox and a postal address in their plain spelling, and the keyed hash of the address. */
import type { Address } from '@cartwright/contracts';
import { domainToASCII } from 'node:url';
import type { Sealer } from './sealer.ts';

/** Providers that document that they deliver `name+tag@` to the mailbox `name@`. */
const taggingProviders = new Set([
  'gmail.com',
  'outlook.com',
  'hotmail.com',
  'live.com',
  'msn.com',
  'icloud.com',
  'fastmail.com',
  'fastmail.fm',
  'proton.me',
]);
/** Providers whose domains name the same mailboxes. */
const sameProvider: Readonly<Record<string, string>> = {
  'googlemail.com': 'gmail.com',
  'me.com': 'icloud.com',
  'mac.com': 'icloud.com',
  'protonmail.com': 'proton.me',
  'pm.me': 'proton.me',
};

/**
 * The mailbox that an e-mail address delivers to, without case, with the domain in ASCII. Tags are removed for the providers that document
 * them, and dots for Gmail; at any other provider `ada+1@` may be somebody else than `ada@`.
 */
export const plainMailbox = (email: string): string => {
  const address = email.normalize('NFKC').toLowerCase();
  const at = address.lastIndexOf('@');
  const typed = address.slice(at + 1);
  const ascii = domainToASCII(typed) || typed;
  const domain = sameProvider[ascii] ?? ascii;
  const name = address.slice(0, at);
  const untagged = taggingProviders.has(domain) ? name.replace(/(?<=.)\+.*$/, '') : name;
  return `${domain === 'gmail.com' ? untagged.replaceAll('.', '') : untagged}@${domain}`;
};

/**
 * The address without case, spaces and punctuation, so that a different spelling is not another household. City and region count only
 * where there is no postcode: people spell them in many ways.
 */
const plainAddress = ({ line1, line2, city = '', region = '', postalCode, countryCode }: Address): string =>
  [line1, line2 ?? '', postalCode ?? city + region, countryCode]
    .map((part) =>
      part
        .normalize('NFKD')
        .replace(/[^\p{L}\p{N}]/gu, '')
        .toLowerCase(),
    )
    .join('|');

/** The keyed hash of a postal address, by which purchases per address are counted. */
export const addressIdentity = (sealer: Sealer, address: Address): string => sealer.derive('postal-address', plainAddress(address));
