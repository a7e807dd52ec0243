/** Content that needs the currency of the shop. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { settingsQuery } from '../lib/settings.ts';
import { Loaded } from './page.tsx';

/** Shows a skeleton, or the error with a retry button, until the settings of the shop are loaded. Only then is the content drawn. */
export const InShopCurrency = ({ children, rows = 6 }: { children: (currency: string) => ReactNode; rows?: number }) => {
  const settings = useQuery(settingsQuery);
  return (
    <Loaded query={settings} rows={rows}>
      {settings.data && children(settings.data.currency)}
    </Loaded>
  );
};
