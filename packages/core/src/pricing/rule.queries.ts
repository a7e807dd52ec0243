/** The rules behind a price, read in one statement whatever the number of lines and rules. */
import { pricingRuleSchema } from '@cartwright/contracts';
import { PricingRule } from '@cartwright/db';
import { sql, type RawBuilder } from 'kysely';
import { anyId, storedRecord, type Actor, type Reader } from '../kernel/index.ts';
import type { Buyer, RuleFacts, ScopeFacts } from './engine/engine.facts.ts';
import { inForce, momentOf } from './pricing.queries.ts';

/** The buyer as pricing rules know one: signed in or not, and the customer group. */
export const buyerOf = (actor: Actor): Buyer =>
  actor.kind === 'user' ? { signedIn: true, customerGroup: actor.customerGroup } : { signedIn: false, customerGroup: null };

type Row = Omit<RuleFacts, 'startsAt' | 'endsAt'> & { readonly startsAt: Date | string | null; readonly endsAt: Date | string | null };

/** The most rules outside their window that are read to explain why they do not apply. */
const mostIdleRules = 500;

/** When rules must be in force. */
export interface RuleMoment {
  /** Rules in force at this moment instead of now. */
  readonly at?: Date | null;
  /** Also rules that have ended or not yet started, up to a limit. */
  readonly idle?: boolean;
}

const factColumns = storedRecord(
  PricingRule,
  pricingRuleSchema.omit({ active: true, version: true, createdAt: true, updatedAt: true }),
).columns();

/** The statement behind `findRules`, for use inside a larger one. */
export const rulesStatement = (lines: readonly ScopeFacts[], { at = null, idle = false }: RuleMoment = {}): RawBuilder<Row> => {
  const distinct = (of: (line: ScopeFacts) => readonly string[]) => anyId([...new Set(lines.flatMap(of))]);
  const running = sql<Row>`
    with fitting as (
      select *, ${inForce(momentOf(at))} as running from pricing_rules
      where active
        and (variant_id = ${distinct((l) => [l.variantId])} or product_id = ${distinct((l) => [l.productId])}
          or category_id = ${distinct((l) => l.categoryIds)} or collection_id = ${distinct((l) => l.collectionIds)}
          or (variant_id is null and product_id is null and category_id is null and collection_id is null)))
    select ${factColumns} from fitting where running`;
  return idle
    ? sql`${running} union all (select ${factColumns} from fitting where not running order by fitting.id desc limit ${mostIdleRules})`
    : running;
};

/** Active rules that may apply to one of these lines, in force now by default: one statement for any number of lines and rules. */
export const findRules = async ({ db }: Pick<Reader, 'db'>, lines: readonly ScopeFacts[], moment: RuleMoment = {}): Promise<RuleFacts[]> =>
  lines.length === 0 ? [] : toRuleFacts((await rulesStatement(lines, moment).execute(db)).rows);

const millis = (instant: Date | string | null): number | null => (instant === null ? null : new Date(instant).getTime());
/** The rows as the pricing engine reads rules, with times in milliseconds since 1970. */
export const toRuleFacts = (rows: readonly Row[]): RuleFacts[] =>
  rows.map((row) => ({ ...row, startsAt: millis(row.startsAt), endsAt: millis(row.endsAt) }));

/** Finds the rules of a line without checking all rules for every line. */
export const indexRules = (rules: readonly RuleFacts[]): ((line: ScopeFacts) => RuleFacts[]) => {
  const everywhere = '';
  const byScope = Map.groupBy(rules, (r) => r.variantId ?? r.productId ?? r.categoryId ?? r.collectionId ?? everywhere);
  return (line) =>
    [everywhere, line.variantId, line.productId, ...line.categoryIds, ...line.collectionIds].flatMap((scope) => byScope.get(scope) ?? []);
};
