/** The open payment discrepancies of an order, with links to the page that resolves them. */
import { Anchor } from '@mantine/core';
import type { Order, PaymentDifference } from '@cartwright/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { discrepancyNames, discrepancyAnchor } from '../lib/discrepancies.ts';
import { shop } from '../lib/shop.ts';
import { useGrants } from './scoped-button.tsx';

/** Empty for staff without `payments:read`, who cannot open that page. */
export const useOpenDiscrepancies = (orderId: Order['id']): readonly PaymentDifference[] => {
  const mayRead = useGrants().data?.scopes.includes('payments:read') ?? false;
  const query = useQuery({
    queryKey: ['payment-differences', orderId],
    queryFn: () => shop.payments.listDifferences({ orderId }),
    enabled: mayRead,
  });
  return query.data?.items ?? [];
};

export const DiscrepancyLink = ({ discrepancy }: { discrepancy: PaymentDifference }) => (
  <Anchor component={Link} to="/payments" hash={discrepancyAnchor(discrepancy)} size="sm">
    {discrepancyNames[discrepancy.kind]}: resolve
  </Anchor>
);
