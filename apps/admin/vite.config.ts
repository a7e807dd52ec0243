import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/admin/',
  plugins: [react()],
  build: { target: 'es2023', chunkSizeWarningLimit: 700, assetsInlineLimit: 0 },
  server: { proxy: { '/trpc': 'http://127.0.0.1:4000', '/favicon.svg': 'http://127.0.0.1:4000' } },
});
