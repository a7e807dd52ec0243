/** Mutation for one step of an order. */
import type { Order } from '@cartwright/contracts';
import { useMutation } from '@tanstack/react-query';
import { queryClient, showDone, showError } from './queries.ts';

export interface DialogProps {
  readonly order: Order;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Runs a step, shows the new order at once and refreshes the lists. */
export const useStep = (run: () => Promise<Order>, done: string | ((order: Order) => string), after: () => void) =>
  useMutation({
    mutationFn: run,
    onSuccess: (order) => {
      queryClient.setQueryData(['order', order.id], order);
      void queryClient.invalidateQueries({ queryKey: ['orders'] });
      void queryClient.invalidateQueries({ queryKey: ['dashboard'] });
      showDone(typeof done === 'string' ? done : done(order), order.orderNumber);
      after();
    },
    onError: showError,
  });
