/** The query client, and how errors are shown. */
import { CartwrightError } from '@cartwright/sdk';
import { notifications } from '@mantine/notifications';
import { QueryClient } from '@tanstack/react-query';
import type { ShopSettings } from '@cartwright/contracts';
import { messagesOf, withLabels } from './field-labels.ts';
import type { FieldForm } from './form-fields.ts';
import { Refused } from './refused.ts';

export const queryClient = new QueryClient({
  defaultOptions: { queries: { staleTime: 10_000, retry: false, refetchOnWindowFocus: true } },
});

/** The currency of the shop, if a form has loaded it already. */
const shopCurrency = (): string | undefined => queryClient.getQueryData<ShopSettings>(['settings'])?.currency;

/**
 * Title: the error message. Detail: further wrong fields, and the request id. Amounts are in the currency of the form, by default that of
 * the shop.
 */
export const explain = (error: unknown, currency = shopCurrency()): { title: string; detail: string } => {
  if (error instanceof Refused) return { title: error.message, detail: '' };
  if (!(error instanceof CartwrightError))
    return { title: 'Something went wrong', detail: error instanceof Error ? error.message : String(error) };
  const { title, fields } = withLabels(error.message, error.fields, currency);
  return { title, detail: [fields.join('; '), error.requestId ? `Request ${error.requestId}` : ''].filter(Boolean).join(' · ') };
};
/** Whether the same request can succeed later. One that the role of the account does not allow cannot. */
export const canBeRetried = (error: unknown): boolean => !(error instanceof CartwrightError && error.code === 'FORBIDDEN');
/** The error in one line, for places without room for details. It always contains a reason. */
export const explainShortly = (error: unknown): string => {
  const { title, detail } = explain(error);
  return error instanceof CartwrightError || detail === '' ? title : `${title}: ${detail}`;
};
const dismiss = { closeButtonProps: { 'aria-label': 'Dismiss' } };
const showErrorIn = (error: unknown, currency?: string): void => {
  const { title, detail } = explain(error, currency);
  notifications.show({ color: 'red', title, message: detail, autoClose: 8_000, ...dismiss });
};
/** Shows an error. Its amounts are in the currency of the shop. */
export const showError = (error: unknown): void => showErrorIn(error);
/** Shows an error at the fields of a form that it names. */
export const markFields = (form: FieldForm, error: unknown, currency = shopCurrency()): void => {
  if (error instanceof CartwrightError) form.setErrors(messagesOf(form, error.fields, currency));
};
/** Shows the errors of a form, also at the fields that they name. Amounts are in `currency`, by default that of the shop. */
export const showErrorAt =
  (form: FieldForm, currency?: string) =>
  (error: unknown): void => {
    showErrorIn(error, currency);
    markFields(form, error, currency);
  };
/** Shows what the user should check; it stays until it is dismissed. */
export const showNote = (title: string, message: string): void =>
  void notifications.show({ color: 'yellow', title, message, autoClose: false, ...dismiss });
export const showDone = (title: string, message = ''): void => void notifications.show({ color: 'teal', title, message, ...dismiss });
