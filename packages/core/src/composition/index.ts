export { closeCore, createCore, redactedPaths, redisOf, type CoreOverrides } from './create-core.ts';
export { consumers } from './consumers.ts';
export { checkInstallation, type InstallationCheck } from './check-installation.ts';
export { assertServable, migrateCommand, openGate, type Gate, type Obstacle } from './open-gate.ts';
export { migrateShop } from './migrate-shop.ts';
export { listenForEvents } from './relay-notifications.ts';
