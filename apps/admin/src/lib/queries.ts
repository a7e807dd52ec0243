/** The query client, and errors in the words of the shop. */
import { CartwrightError } from '@cartwright/sdk';
import { notifications } from '@mantine/notifications';
import { QueryClient } from '@tanstack/react-query';

export const queryClient = new QueryClient({
  defaultOptions: { queries: { staleTime: 10_000, retry: false, refetchOnWindowFocus: true } },
});

/** What the admin itself refuses, in a sentence for the person who did it. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** A sentence, the wrong fields, and the request id to quote. */
export const explain = (error: unknown): { title: string; detail: string } => {
  if (error instanceof Refused) return { title: error.message, detail: '' };
  if (!(error instanceof CartwrightError))
    return { title: 'Something went wrong', detail: error instanceof Error ? error.message : String(error) };
  const fields = error.fields.map((f) => `${f.path} ${f.message}`).join('; ');
  return {
    title: error.message,
    detail: [fields, error.requestId ? `Request ${error.requestId}` : ''].filter(Boolean).join(' · '),
  };
};
/** The same in one line, for places without room for more: no failure is left without a reason. */
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
