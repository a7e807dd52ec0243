/** What the SDK costs those who use it: time of the compiler, bytes in the browser. */
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { installPacked } from '../packages/sdk/test/packed.ts';
import { quantile } from './load.ts';
import { root } from './processes.ts';
import { must, type Scenario } from './scenario.ts';

const bundledBytes = async (folder: string): Promise<number> => {
  const bundle = await rolldown({ input: path.join(folder, 'shopper.ts'), cwd: folder, platform: 'browser', logLevel: 'silent' });
  const { output } = await bundle.generate({ format: 'esm', minify: true });
  await bundle.close();
  return gzipSync(output.map((chunk) => ('code' in chunk ? chunk.code : '')).join('')).length;
};

export const types: Scenario = {
  name: 'types',
  what: 'a strict program on the packed SDK: type check and size',
  run: async () => {
    const installed = await installPacked();
    try {
      await copyFile(path.join(root, 'packages/sdk/test/consumer/shopper.ts'), path.join(installed.folder, 'shopper.ts'));
      const times: number[] = [];
      for (let i = 0; i < 3; i += 1) {
        const { complaints, ms } = await installed.compile('7.0.2', 'bundler', ['shopper.ts']);
        must(complaints === '', complaints);
        times.push(ms);
      }
      const bytes = await bundledBytes(installed.folder);
      return {
        note: `checked in ${(quantile(times, 0.5) / 1_000).toFixed(2)} s (goal 1); ${(bytes / 1_000).toFixed(1)} kB minified and gzipped (goal 15)`,
      };
    } finally {
      await installed.remove();
    }
  },
};
