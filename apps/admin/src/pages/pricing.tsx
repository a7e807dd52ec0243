/** Pricing: rules with a simulator, price lists, promo codes, tax, shipping and shop settings. */
import { Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { PageTitle } from '../components/page.tsx';
import { PriceLists } from '../components/price-lists.tsx';
import { PricingRules } from '../components/pricing-rules.tsx';
import { PromoCodes } from '../components/promo-codes.tsx';
import { ShippingMethods } from '../components/shipping-methods.tsx';
import { InShopCurrency } from '../components/shop-currency.tsx';
import { ShopSettings } from '../components/shop-settings.tsx';
import { TabRow } from '../components/tab-row.tsx';
import { TaxRates } from '../components/tax-rates.tsx';

const tabs = {
  rules: 'Rules',
  lists: 'Price lists',
  codes: 'Promo codes',
  tax: 'Tax',
  shipping: 'Shipping',
  settings: 'Shop settings',
} as const;

export const PricingPage = () => {
  const { tab = 'rules' } = useSearch({ from: '/shell/pricing' });
  const navigate = useNavigate();
  return (
    <>
      <PageTitle title="Pricing" />
      <Tabs
        value={tab in tabs ? tab : 'rules'}
        keepMounted={false}
        onChange={(next) => void navigate({ to: '/pricing', search: next && next !== 'rules' ? { tab: next } : {} })}
      >
        <TabRow mb="md">
          {Object.entries(tabs).map(([value, label]) => (
            <Tabs.Tab key={value} value={value}>
              {label}
            </Tabs.Tab>
          ))}
        </TabRow>
        <Tabs.Panel value="rules">
          <InShopCurrency>{(currency) => <PricingRules currency={currency} />}</InShopCurrency>
        </Tabs.Panel>
        <Tabs.Panel value="lists">
          <PriceLists />
        </Tabs.Panel>
        <Tabs.Panel value="codes">
          <InShopCurrency>{(currency) => <PromoCodes currency={currency} />}</InShopCurrency>
        </Tabs.Panel>
        <Tabs.Panel value="tax">
          <TaxRates />
        </Tabs.Panel>
        <Tabs.Panel value="shipping">
          <ShippingMethods />
        </Tabs.Panel>
        <Tabs.Panel value="settings">
          <ShopSettings />
        </Tabs.Panel>
      </Tabs>
    </>
  );
};
