import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/admin/',
  plugins: [react()],
  build: {
    target: 'es2023',
    // Older targets turn `light-dark()` into variables that only a `color-scheme` in the same file would set.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    chunkSizeWarningLimit: 700,
    assetsInlineLimit: 0,
  },
  server: { proxy: { '/trpc': 'http://127.0.0.1:4000', '/favicon.svg': 'http://127.0.0.1:4000' } },
});
