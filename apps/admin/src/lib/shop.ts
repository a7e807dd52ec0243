/** The app's API client. The refresh token is in sessionStorage: it ends with the tab, and scripts of other origins cannot read it. */
import { createCartwright, type StoredTokens, type TokenStore } from '@cartwright/sdk';

const key = 'cartwright.admin';
const store: TokenStore = {
  load: () => {
    const json = sessionStorage.getItem(key);
    return json ? (JSON.parse(json) as StoredTokens) : null;
  },
  save: (tokens) => {
    if (tokens?.session) sessionStorage.setItem(key, JSON.stringify(tokens));
    else sessionStorage.removeItem(key);
  },
};

export const shop = createCartwright({ baseUrl: window.location.origin, store, retries: 1 });
