/** The pages of the navigation, the palette and the `g` shortcuts, each with the procedure that it cannot do without. */
import {
  IconActivityHeartbeat,
  IconArrowBackUp,
  IconBolt,
  IconBox,
  IconCreditCard,
  IconFileImport,
  IconFlame,
  IconGiftCard,
  IconHome,
  IconMail,
  IconPackages,
  IconShoppingCart,
  IconSitemap,
  IconStack2,
  IconTag,
} from '@tabler/icons-react';
import { useMay } from './grants.ts';

const allPages = [
  { to: '/', label: 'Dashboard', about: 'Sales of today and open tasks', icon: IconHome, key: 'd', reads: 'system.dashboard' },
  { to: '/orders', label: 'Orders', about: 'Ship, deliver, cancel, refund', icon: IconShoppingCart, key: 'o' },
  { to: '/returns', label: 'Returns', about: 'Units that customers send back', icon: IconArrowBackUp, key: 'b', reads: 'returns.list' },
  { to: '/products', label: 'Products', about: 'Descriptions, prices and variants', icon: IconBox, key: 'p' },
  { to: '/categories', label: 'Categories', about: 'The category tree of the catalogue', icon: IconSitemap, key: 't' },
  { to: '/collections', label: 'Collections', about: 'Automatic collections', icon: IconStack2, key: 'l' },
  { to: '/pricing', label: 'Pricing', about: 'Rules, codes, tax and shipping', icon: IconTag, key: 'r', reads: 'pricing.listRules' },
  { to: '/inventory', label: 'Inventory', about: 'Stock levels and their ledger', icon: IconPackages, key: 'i', reads: 'inventory.list' },
  { to: '/sales', label: 'Flash sales', about: 'Limited units at a sale price, live', icon: IconFlame, key: 'f' },
  {
    to: '/payments',
    label: 'Unreconciled payments',
    about: 'Charges and refunds that differ from the provider',
    icon: IconCreditCard,
    key: 'y',
    reads: 'payments.listDiscrepancies',
  },
  {
    to: '/store-credit',
    label: 'Gift cards and store credit',
    about: 'Balances, and the ledger of each',
    icon: IconGiftCard,
    key: 'k',
    reads: 'storeCredit.list',
  },
  { to: '/import', label: 'CSV import', about: 'Products from a file', icon: IconFileImport, key: 'c', reads: 'imports.list' },
  { to: '/events', label: 'Events', about: 'The event log, updated live', icon: IconBolt, key: 'e', reads: 'events.list' },
  { to: '/mailbox', label: 'Mailbox', about: 'Mails to customers', icon: IconMail, key: 'm', reads: 'mailbox.list' },
  {
    to: '/health',
    label: 'Data integrity',
    about: 'Consistency checks, search index, event consumers',
    icon: IconActivityHeartbeat,
    key: 'h',
    reads: 'system.invariants',
  },
] as const;
/** A page of the menu. */
export type MenuPage = (typeof allPages)[number];

/** The pages that the signed-in account may read. */
export const usePages = (): readonly MenuPage[] => {
  const may = useMay();
  return allPages.filter((page) => !('reads' in page) || may(page.reads));
};
