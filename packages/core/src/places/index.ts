export { findRegion, listRegions, regionsAround, storedRegion, type Region } from './region.ts';
