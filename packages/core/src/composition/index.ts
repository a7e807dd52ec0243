export { bellChannel, closeCore, createCore, redactedPaths, type CoreOverrides } from './create-core.ts';
export { consumers } from './consumers.ts';
