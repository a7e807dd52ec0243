/** Which products have which SKUs. */
import type { ProductId, VariantId } from '@cartwright/contracts';
import { anyText, DomainError, taken, type Reader } from '../kernel/index.ts';

/** The product that has a SKU. */
export interface SkuOwner {
  readonly productId: ProductId;
  readonly variantId: VariantId;
  readonly handle: string;
  readonly name: string;
}

/** The products that have these SKUs, by SKU. */
export const findSkuOwners = async ({ db }: Pick<Reader, 'db'>, skus: readonly string[]): Promise<Map<string, SkuOwner>> => {
  const rows = await db
    .selectFrom('variants as v')
    .innerJoin('products as p', 'p.id', 'v.productId')
    .select(['v.sku', 'v.id as variantId', 'p.id as productId', 'p.handle', 'p.name'])
    .where('v.sku', '=', anyText(skus))
    .where('v.deletedAt', 'is', null)
    .$narrowType<{ variantId: VariantId; productId: ProductId }>()
    .execute();
  return new Map(rows.map(({ sku, ...owner }) => [sku, owner]));
};

/** A SKU of a request, with its field and, for an existing variant, the id of the variant. */
export interface GivenSku {
  readonly sku: string;
  readonly path: string;
  readonly variantId?: string;
}

/**
 * For a request that failed with `SKU_TAKEN`: the error with the field of the SKU and the product that has it. Reads after the rollback, so
 * that a request that succeeds pays no statement for it. Returns every other error unchanged.
 */
export const nameSkuOwner = async (reader: Pick<Reader, 'db'>, error: unknown, given: readonly GivenSku[]): Promise<unknown> => {
  if (!(error instanceof DomainError) || error.code !== 'SKU_TAKEN') return error;
  const fieldsAt = (path: string, message: string) => ({ cause: error, fields: [{ path, message }] });
  const again = given.find(({ sku }, i) => given.findIndex((other) => other.sku === sku) < i);
  if (again)
    return taken('SKU_TAKEN', `Two variants of this request have the SKU ${again.sku}.`, 'Give each variant its own SKU.', {
      ...fieldsAt(again.path, 'is already the SKU of another variant of this request'),
    });
  const owners = await findSkuOwners(
    reader,
    given.map(({ sku }) => sku),
  );
  const owned = given.find(({ sku, variantId }) => (owners.get(sku)?.variantId ?? variantId) !== variantId);
  const owner = owned && owners.get(owned.sku);
  if (!owner) return error;
  return taken(
    'SKU_TAKEN',
    `The product ${owner.name} already has a variant with the SKU ${owned.sku}.`,
    'Choose another SKU, or open that product to edit it.',
    fieldsAt(owned.path, `is already the SKU of a variant of ${owner.name}`),
  );
};
