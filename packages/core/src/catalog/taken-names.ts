/** The errors for names of products, variants and categories that are taken already. */
import type { FieldIssue } from '@cartwright/contracts';
import { DomainError, isCheckViolation, isUniqueViolation, taken, takenField, takenValue } from '../kernel/index.ts';

/** What to do about equal option values. */
export const ownOptions = 'Give each variant its own option values.';

/** What is wrong with the options of a variant in a request. */
export const optionsTakenAt = (path: string): FieldIssue => ({ path, message: 'must differ from the options of the other variants' });

/** The error for a handle of another product. */
export const handleTaken = (handle: string | null, cause?: unknown): DomainError =>
  takenField('HANDLE_TAKEN', { thing: 'product', field: 'handle', value: handle }, { cause });
/** The error for a slug of another product. */
export const slugTaken = (slug: string | null, cause?: unknown): DomainError =>
  takenField('SLUG_TAKEN', { thing: 'product', field: 'slug', value: slug }, { cause });

/**
 * Converts a unique violation into the error for that name; returns every other error unchanged. `newVariants` is the path of the variants
 * that the request adds; the database does not say which of them has taken options.
 */
export const explainTaken = (error: unknown, newVariants?: string): unknown => {
  const value = takenValue(error);
  if (isUniqueViolation(error, 'variants_sku_unique'))
    return takenField('SKU_TAKEN', { thing: 'variant', field: 'SKU', value, path: null }, { cause: error });
  if (isUniqueViolation(error, 'variants_options_unique'))
    return taken('OPTIONS_TAKEN', 'Another variant of this product already has these option values.', ownOptions, {
      cause: error,
      ...(newVariants !== undefined && { fields: [optionsTakenAt(newVariants)] }),
    });
  if (isUniqueViolation(error, 'products_handle_unique')) return handleTaken(value, error);
  if (isUniqueViolation(error, 'categories_name_unique'))
    return takenField('NAME_TAKEN', { thing: 'category', field: 'name', value, among: 'with the same parent' }, { cause: error });
  if (isUniqueViolation(error, 'categories_slug_unique'))
    return takenField('SLUG_TAKEN', { thing: 'category', field: 'slug', value }, { cause: error });
  if (isUniqueViolation(error, 'products_slug_unique')) return slugTaken(value, error);
  if (isCheckViolation(error, 'products_publish_window'))
    return new DomainError('INVALID_INPUT', 'unpublishAt must be after publishAt.', {
      cause: error,
      fields: [{ path: 'unpublishAt', message: 'must be after publishAt' }],
    });
  return error;
};
