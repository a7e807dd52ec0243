/** The open payment differences of an order, for staff who may see them, with the way to where they are decided. */
import { Anchor } from '@mantine/core';
import type { Order, PaymentDifference } from '@cartwright/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { differenceNames, differencePlace } from '../lib/differences.ts';
import { shop } from '../lib/shop.ts';
import { useGrants } from './scoped-button.tsx';

/** Empty for staff without `payments:read`, who are not let in there. */
export const useOpenDifferences = (orderId: Order['id']): readonly PaymentDifference[] => {
  const mayRead = useGrants().data?.scopes.includes('payments:read') ?? false;
  const query = useQuery({
    queryKey: ['payment-differences', orderId],
    queryFn: () => shop.payments.listDifferences({ orderId }),
    enabled: mayRead,
  });
  return query.data?.items ?? [];
};

export const DifferenceLink = ({ difference }: { difference: PaymentDifference }) => (
  <Anchor component={Link} to="/payments" hash={differencePlace(difference)} size="sm">
    {differenceNames[difference.kind]}: decide
  </Anchor>
);
