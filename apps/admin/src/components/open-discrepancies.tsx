/** The open payment discrepancies of an order, with links to the page that resolves them. */
import { Anchor } from '@mantine/core';
import type { Order, PaymentDiscrepancy } from '@cartwright/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useGrants } from '../lib/grants.ts';
import { discrepancyNames, discrepancyAnchor } from '../lib/discrepancies.ts';
import { shop } from '../lib/shop.ts';

/** Empty for staff without `payments:read`, who cannot open that page. */
export const useOpenDiscrepancies = (orderId: Order['id']): readonly PaymentDiscrepancy[] => {
  const mayRead = useGrants().data?.scopes.includes('payments:read') ?? false;
  const query = useQuery({
    queryKey: ['payment-discrepancies', orderId],
    queryFn: () => shop.payments.listDiscrepancies({ orderId }),
    enabled: mayRead,
  });
  return query.data?.items ?? [];
};

export const DiscrepancyLink = ({ discrepancy }: { discrepancy: PaymentDiscrepancy }) => (
  <Anchor component={Link} to="/payments" hash={discrepancyAnchor(discrepancy)} size="sm">
    {discrepancyNames[discrepancy.kind]}: resolve
  </Anchor>
);
