import { defineConfig, type UserConfig } from 'tsdown';

const common: UserConfig = {
  entry: ['src/index.ts'],
  format: ['esm'],
  platform: 'neutral',
  target: 'es2023',
  fixedExtension: false,
  deps: { neverBundle: ['@cartwright/contracts', '@trpc/server', 'zod'] },
};

// Declarations are built separately and without source maps, because those would refer to sources that are not in the package.
export default defineConfig([
  { ...common, dts: false, sourcemap: true },
  { ...common, dts: { emitDtsOnly: true, sourcemap: false }, sourcemap: false, clean: false },
]);
