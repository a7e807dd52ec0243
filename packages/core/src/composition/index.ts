export { bellChannel, closeCore, createCore, redactedPaths, sandboxWebhookSecret, type CoreOverrides } from './create-core.ts';
export { consumers } from './consumers.ts';
