/** The list of pricing rules, with the names of what they apply to. */
import { pricingRuleSchema, type ProductId, type ShopContract } from '@cartwright/contracts';
import { PricingRule } from '@cartwright/db';
import type { z } from 'zod';
import { equalsIfGiven, likeText, offsetOf, readCountedPage, storedRecord, type PageRequest, type Reader } from '../kernel/index.ts';
import { variantLabel } from './variant-names.ts';

type C = ShopContract['pricing']['listRules'];
type Input = z.output<C['input']>;

const shown = storedRecord(PricingRule, pricingRuleSchema);

/** The rules that are asked for, newest first. */
const wantedRules = ({ db }: Pick<Reader, 'db'>, input: Input) => {
  const { q = null, effect = null, variantId = null, productId = null, active = null } = input;
  const rules = db
    .selectFrom('pricing_rules')
    .select(shown.fields)
    .where((eb) =>
      eb.and([
        equalsIfGiven(eb.ref('effect'), 'text', effect),
        equalsIfGiven(eb.ref('variantId'), 'uuid', variantId),
        equalsIfGiven(eb.ref('productId'), 'uuid', productId),
        equalsIfGiven(eb.ref('active'), 'boolean', active),
      ]),
    )
    .orderBy('id', 'desc');
  if (q === null) return rules;
  const like = `%${likeText(q)}%`;
  return rules.where((eb) => eb.or([eb('name', 'ilike', like), eb('code', 'ilike', like)]));
};

/** A page of rules, newest first. One statement: the rules of the page come first, then what each applies to, by its primary key. */
export const listRulesWithTargets = (reader: Pick<Reader, 'db'>, input: Input): Promise<z.output<C['output']>> => {
  const rules = wantedRules(reader, input).select((eb) => eb.fn.countAll<number>().over().as('totalCount'));
  const read = (page: PageRequest) =>
    reader.db
      .selectFrom(rules.limit(page.pageSize).offset(offsetOf(page)).as('r'))
      .leftJoin('variants as v', 'v.id', 'r.variantId')
      .leftJoin('products as p', (on) => on.on((eb) => eb('p.id', '=', eb.fn.coalesce('r.productId', 'v.productId'))))
      .leftJoin('categories as c', 'c.id', 'r.categoryId')
      .leftJoin('collections as l', 'l.id', 'r.collectionId')
      .selectAll('r')
      .select(({ fn, or, eb }) => [
        fn.coalesce('r.variantId', 'r.productId', 'r.categoryId', 'r.collectionId').as('targetId'),
        fn.coalesce(variantLabel, 'p.name', 'c.name', 'l.name').as('targetName'),
        fn.coalesce('p.slug', 'c.slug', 'l.slug').as('targetSlug'),
        'p.id as targetProductId',
        or([eb('v.deletedAt', 'is not', null), eb('p.deletedAt', 'is not', null)]).as('targetDeleted'),
      ])
      .$narrowType<{ targetProductId: ProductId | null }>()
      .orderBy('r.id', 'desc')
      .execute();
  return readCountedPage(input, read, ({ targetId: id, targetName: name, targetSlug: slug, ...row }) => {
    const { targetProductId, targetDeleted, ...rule } = row;
    const isTargeted = id !== null && name !== null && slug !== null;
    return {
      ...shown.of(rule),
      target: isTargeted ? { id, name, slug, productId: targetProductId, deleted: Boolean(targetDeleted) } : null,
    };
  });
};
