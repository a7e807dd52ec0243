/** Parts that the mails about orders share. */
import { formatMoney, type Order } from '@cartwright/contracts';
import { Column, Row, Section, Text } from 'react-email';
import type { RefundedMoney } from '../../orders/index.ts';
import { creditName } from '../../store-credit/index.ts';

export interface OrderMail {
  readonly order: Order;
  readonly shop: string;
}
type Named = Pick<Order['items'][number], 'productName' | 'variantTitle'>;
export const cell = { fontSize: '14px', lineHeight: '20px', margin: '4px 0' } as const;
const right = { ...cell, textAlign: 'right' } as const;

export const Sum = ({ label, value, strong }: { label: string; value: string; strong?: boolean }) => (
  <Row>
    <Column>
      <Text style={{ ...cell, fontWeight: strong ? 700 : 400 }}>{label}</Text>
    </Column>
    <Column>
      <Text style={{ ...right, fontWeight: strong ? 700 : 400 }}>{value}</Text>
    </Column>
  </Row>
);

/** Units of an item, without their price. */
export const Units = ({ of: { productName, variantTitle }, quantity }: { of: Named; quantity: number }) => (
  <Text style={cell}>
    {quantity} × {productName}
    {variantTitle ? ` (${variantTitle})` : ''}
  </Text>
);

/** The taxes of an order by name and rate, with their amounts. An order of before rates were stored has one row for all. */
const taxRows = ({ taxes, totals }: Pick<Order, 'taxes' | 'totals'>): (readonly [string, number])[] => {
  const included = totals.taxIncluded ? ' included' : '';
  if (taxes.length === 0) return totals.taxCents > 0 ? [[`Tax${included}`, totals.taxCents]] : [];
  return taxes.map(({ name, ratePpm, taxCents }) => [`${name} ${ratePpm / 10_000} %${included}`, taxCents]);
};

/** The items of an order, its total, and what paid it. */
export const Lines = ({ order }: { order: Order }) => {
  const { totals, currency, credits } = order;
  const taxes = taxRows(order);
  const charges = order.payments.filter(({ capturedAt }) => capturedAt !== null);
  const charged = charges.reduce((sum, { amountCents }) => sum + amountCents, 0);
  const refunded = [...charges.map((one) => one.refundedCents), ...credits.map((one) => one.returnedCents)].reduce((a, b) => a + b, 0);
  return (
    <Section>
      {order.items.map((item) => (
        <Sum
          key={item.id}
          label={`${item.quantity} × ${item.productName}${item.variantTitle ? ` (${item.variantTitle})` : ''}`}
          value={formatMoney(item.lineTotalCents, currency)}
        />
      ))}
      {totals.discountCents > 0 && <Sum label="Discount" value={`−${formatMoney(totals.discountCents, currency)}`} />}
      {totals.shippingCents > 0 && <Sum label="Shipping" value={formatMoney(totals.shippingCents, currency)} />}
      {taxes.map(([label, cents]) => (
        <Sum key={label} label={label} value={formatMoney(cents, currency)} />
      ))}
      <Sum label="Total" value={formatMoney(totals.totalCents, currency)} strong />
      {credits.map((credit) => (
        <Sum key={credit.creditId} label={`Paid by ${creditName(credit)}`} value={formatMoney(credit.amountCents, currency)} />
      ))}
      {charged > 0 && <Sum label="Charged to your payment method" value={formatMoney(charged, currency)} />}
      {refunded > 0 && <Sum label="Refunded" value={`−${formatMoney(refunded, currency)}`} />}
    </Section>
  );
};

/** Says where money goes: to the payment method, to gift cards and store credit, or to both. Nothing for no money. */
export const Refund = ({ money, currency }: { readonly money: RefundedMoney | null; readonly currency: Order['currency'] }) => {
  if (!money) return null;
  const { refundCents, creditCents } = money;
  return (
    <>
      {refundCents > creditCents && (
        <Text style={cell}>
          We refund <strong>{formatMoney(refundCents - creditCents, currency)}</strong> to your payment method. Your bank may take a few
          days to show it.
        </Text>
      )}
      {creditCents > 0 && (
        <Text style={cell}>
          We returned <strong>{formatMoney(creditCents, currency)}</strong> to the gift cards or store credit with which you paid.
        </Text>
      )}
    </>
  );
};
