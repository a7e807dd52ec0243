/** The list of pricing rules, with the names of what they apply to. */
import { pricingRuleSchema, type ProductId, type ShopContract } from '@cartwright/contracts';
import { PricingRule } from '@cartwright/db';
import type { z } from 'zod';
import { equalsIfGiven, likeText, selectPage, storedRecord, type Reader } from '../kernel/index.ts';
import { variantLabel } from './variant-names.ts';

type C = ShopContract['pricing']['listRules'];

/** A pricing rule as it is stored and shown. */
export const ruleRecord = storedRecord(PricingRule, pricingRuleSchema);

/** A page of rules, newest first. One statement, with a look-up by primary key for what each rule of the page applies to. */
export const listRulesWithTargets = ({ db }: Pick<Reader, 'db'>, input: z.output<C['input']>): Promise<z.output<C['output']>> => {
  const { q = null, effect = null, variantId = null, productId = null, active = null } = input;
  const like = q === null ? null : `%${likeText(q)}%`;
  let rules = db
    .selectFrom('pricing_rules as r')
    .leftJoin('variants as v', 'v.id', 'r.variantId')
    .leftJoin('products as p', (on) => on.on((eb) => eb('p.id', '=', eb.fn.coalesce('r.productId', 'v.productId'))))
    .leftJoin('categories as c', 'c.id', 'r.categoryId')
    .leftJoin('collections as l', 'l.id', 'r.collectionId')
    .select(ruleRecord.fields.map((field) => `r.${field}` as const))
    .select(({ fn }) => [
      fn.coalesce('r.variantId', 'r.productId', 'r.categoryId', 'r.collectionId').as('targetId'),
      fn.coalesce(variantLabel, 'p.name', 'c.name', 'l.name').as('targetName'),
      fn.coalesce('p.slug', 'c.slug', 'l.slug').as('targetSlug'),
      'p.id as targetProductId',
    ])
    .where((eb) =>
      eb.and([
        equalsIfGiven(eb.ref('r.effect'), 'text', effect),
        equalsIfGiven(eb.ref('r.variantId'), 'uuid', variantId),
        equalsIfGiven(eb.ref('r.productId'), 'uuid', productId),
        equalsIfGiven(eb.ref('r.active'), 'boolean', active),
      ]),
    )
    .$narrowType<{ targetProductId: ProductId | null }>()
    .orderBy('r.id', 'desc');
  if (like !== null) rules = rules.where((eb) => eb.or([eb('r.name', 'ilike', like), eb('r.code', 'ilike', like)]));
  return selectPage(rules, input, ({ targetId: id, targetName: name, targetSlug: slug, targetProductId, ...rule }) => ({
    ...ruleRecord.of(rule),
    target: id === null || name === null || slug === null ? null : { id, name, slug, productId: targetProductId },
  }));
};
