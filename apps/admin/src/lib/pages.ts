/** The pages of the navigation, the palette and the `g` shortcuts. */
import {
  IconActivityHeartbeat,
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

export const pages = [
  { to: '/', label: 'Dashboard', about: 'Sales of the day and what waits', icon: IconHome, key: 'd' },
  { to: '/orders', label: 'Orders', about: 'Ship, deliver, cancel, refund', icon: IconShoppingCart, key: 'o' },
  { to: '/products', label: 'Products', about: 'Words, prices and variants', icon: IconBox, key: 'p' },
  { to: '/categories', label: 'Categories', about: 'The tree that products hang on', icon: IconSitemap, key: 't' },
  { to: '/collections', label: 'Collections', about: 'Shelves that fill themselves', icon: IconStack2, key: 'l' },
  { to: '/pricing', label: 'Pricing', about: 'Rules, codes, tax and shipping', icon: IconTag, key: 'r' },
  { to: '/inventory', label: 'Inventory', about: 'Stock levels and their ledger', icon: IconPackages, key: 'i' },
  { to: '/sales', label: 'Flash sales', about: 'Limited units, live', icon: IconFlame, key: 'f' },
  { to: '/payments', label: 'Payments', about: 'What does not settle by itself', icon: IconCreditCard, key: 'y' },
  { to: '/store-credit', label: 'Gift cards', about: 'Gift cards and store credit, with their ledger', icon: IconGiftCard, key: 'k' },
  { to: '/import', label: 'CSV import', about: 'Products from a file', icon: IconFileImport, key: 'c' },
  { to: '/events', label: 'Events', about: 'What happened, as it happens', icon: IconBolt, key: 'e' },
  { to: '/mailbox', label: 'Mailbox', about: 'Mails to customers', icon: IconMail, key: 'm' },
  { to: '/health', label: 'Health', about: 'Whether the books add up', icon: IconActivityHeartbeat, key: 'h' },
] as const;
