export { getAddressFormat } from './get-address-format.ts';
export { checkAddress } from './check-address.ts';
export { postcodeExample } from './address-data.ts';
export { findRegion, listRegions, regionsAround, storedRegion, type Region } from './region.ts';
