/** Amounts in Stripe's units, which differ from ISO 4217 in some currencies. */
import { type Currency, currencyExponent, toDecimal } from '@cartwright/contracts';

/** Currencies without decimals that Stripe's API takes with two, always `00` (docs.stripe.com/currencies, special cases). */
const countedInHundredths = new Set(['ISK', 'UGX']);
/** Has two decimals by ISO 4217 and none at Stripe. */
const countedInWholes = new Set(['MGA']);

/** An amount that Stripe cannot express; nothing was sent. */
export class AmountNotTaken extends Error {
  override readonly name = 'AmountNotTaken';
}

/** Converts minor units to the amount for Stripe. Throws `AmountNotTaken` for an amount that Stripe cannot express. */
export const toStripeAmount = (amountCents: number, currency: Currency): number => {
  if (countedInHundredths.has(currency)) return amountCents * 100;
  // Stripe's partners settle three decimals in steps of ten: the last digit must be 0.
  const step = countedInWholes.has(currency) ? 100 : currencyExponent(currency) === 3 ? 10 : 1;
  if (amountCents % step !== 0)
    throw new AmountNotTaken(
      `Stripe takes ${currency} in steps of ${toDecimal(step, currency)}, and ${toDecimal(amountCents, currency)} lies between them.`,
    );
  return countedInWholes.has(currency) ? amountCents / 100 : amountCents;
};

/** Converts an amount of Stripe to minor units. */
export const fromStripeAmount = (amount: number, currency: Currency): number => {
  if (countedInHundredths.has(currency)) return amount / 100;
  return countedInWholes.has(currency) ? amount * 100 : amount;
};
