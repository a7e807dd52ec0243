/** Mutation for one step of an order. */
import type { Order } from '@cartwright/contracts';
import { useMutation } from '@tanstack/react-query';
import type { FieldForm } from './form-fields.ts';
import { queryClient, showDone, showError, showErrorAt } from './queries.ts';

export interface DialogProps {
  readonly order: Order;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/**
 * Runs a step, shows the new order at once and refreshes the lists. The error of a refused step is also shown at the fields of `form` that
 * it names. `currency` is that of the amounts in the form.
 */
export const useStep = (
  run: () => Promise<Order>,
  done: string | ((order: Order) => string),
  after: () => void,
  form?: FieldForm,
  currency?: string,
) =>
  useMutation({
    mutationFn: run,
    onSuccess: (order) => {
      queryClient.setQueryData(['order', order.id], order);
      void queryClient.invalidateQueries({ queryKey: ['orders'] });
      void queryClient.invalidateQueries({ queryKey: ['dashboard'] });
      showDone(typeof done === 'string' ? done : done(order), order.orderNumber);
      after();
    },
    onError: form ? showErrorAt(form, currency) : showError,
  });
