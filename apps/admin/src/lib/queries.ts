/** The query client, and how errors are shown. */
import { CartwrightError } from '@cartwright/sdk';
import { notifications } from '@mantine/notifications';
import { QueryClient } from '@tanstack/react-query';
import { withLabels } from './field-labels.ts';

export const queryClient = new QueryClient({
  defaultOptions: { queries: { staleTime: 10_000, retry: false, refetchOnWindowFocus: true } },
});

/** An error of the admin itself. Its message is shown to the user. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** Title: the error message. Detail: further wrong fields, and the request id. */
export const explain = (error: unknown): { title: string; detail: string } => {
  if (error instanceof Refused) return { title: error.message, detail: '' };
  if (!(error instanceof CartwrightError))
    return { title: 'Something went wrong', detail: error instanceof Error ? error.message : String(error) };
  const { title, fields } = withLabels(error.message, error.fields);
  return { title, detail: [fields.join('; '), error.requestId ? `Request ${error.requestId}` : ''].filter(Boolean).join(' · ') };
};
/** The error in one line, for places without room for details. It always contains a reason. */
export const explainShortly = (error: unknown): string => {
  const { title, detail } = explain(error);
  return error instanceof CartwrightError || detail === '' ? title : `${title}: ${detail}`;
};
const dismiss = { closeButtonProps: { 'aria-label': 'Dismiss' } };
export const showError = (error: unknown): void => {
  const { title, detail } = explain(error);
  notifications.show({ color: 'red', title, message: detail, autoClose: 8_000, ...dismiss });
};
export const showDone = (title: string, message = ''): void => void notifications.show({ color: 'teal', title, message, ...dismiss });
