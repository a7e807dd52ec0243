/** Conditional changes (RFC 9110, 13.1.1): `If-Match` with an ETag of the product, or `*`. */
import { headers } from '@cartwright/contracts';
import { findProductVersion } from '@cartwright/core/catalog';
import { DomainError, versionMismatch } from '@cartwright/core/kernel';
import type { Written } from '../http/answer.ts';
import type { RequestContext } from '../http/context.ts';
import type { RestProcedure } from './routes.ts';

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? new Map<string, unknown>(Object.entries(value)).get(name) : undefined;

/** The response with a strong ETag: the version and a digest of the body. Null for records without a version. */
export const writeVersioned = (entry: RestProcedure, data: unknown, write: (data: unknown) => Written): Written | null => {
  const version = entry.preconditions ? field(data, 'version') : undefined;
  if (typeof version !== 'number') return null;
  const { body, etag } = write(data);
  return { body, etag: `"${version}-${etag.slice(1)}` };
};

const longestShown = 60;
const tags = /(W\/)?"([\u0021\u0023-\u007e\u0080-\u00ff]*)"/g;
const tagList = new RegExp(`^\\s*${tags.source}(?:\\s*,\\s*${tags.source})*\\s*$`);

/** The versions in a list of ETags. Weak tags never match, because `If-Match` uses strong comparison. */
const versionsIn = (ifMatch: string): ReadonlySet<number> => {
  if (!tagList.test(ifMatch))
    throw new DomainError('INVALID_INPUT', 'If-Match must be a list of entity tags in double quotes, or *.', {
      fields: [{ path: headers.ifMatch, message: 'is not a list of entity tags' }],
    });
  const strong = [...ifMatch.matchAll(tags)].flatMap(([, weak, tag = '']) => (weak ? [] : [tag]));
  return new Set(strong.flatMap((tag) => /^(\d{1,9})(?:-|$)/.exec(tag)?.[1] ?? []).map(Number));
};

/**
 * Adds the version from `If-Match` to the input. The change checks it again under its lock. Throws `VERSION_MISMATCH`
 * with the current version.
 */
export const withPrecondition = async (ctx: RequestContext, entry: RestProcedure, input: unknown): Promise<unknown> => {
  const { ifMatch } = ctx;
  if (ifMatch === null || entry.kind !== 'mutation' || !entry.preconditions) return input;
  const given = typeof input === 'object' ? input : {};
  if (ifMatch.trim() === '*') return { version: null, ...given };
  const versions = versionsIn(ifMatch);
  const version = await findProductVersion(ctx.core, String(field(input, 'id')));
  if (version !== null && !versions.has(version))
    throw versionMismatch('this product', [...versions].join(' or ') || ifMatch.slice(0, longestShown), version);
  // A `version` in the input takes precedence and is checked under the lock.
  return { version, ...given };
};
