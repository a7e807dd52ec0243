export { bellChannel, closeCore, createCore, isRedisUp, redactedPaths, type CoreOverrides } from './create-core.ts';
export { consumers } from './consumers.ts';
export { migrateCommand, openGate, type Gate, type Obstacle } from './open-gate.ts';
export { migrateShop } from './migrate-shop.ts';
