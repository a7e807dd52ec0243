/** What the SDK costs those who use it: time of the compiler, bytes in the browser. `type-costs.ts` has it by compiler. */
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { installPacked } from '../packages/sdk/test/packed.ts';
import { quantile } from './load.ts';
import { root } from './processes.ts';
import { must, type Scenario } from './scenario.ts';

export const types: Scenario = {
  name: 'types',
  what: 'a strict program on the packed SDK: type check and size',
  run: async () => {
    const installed = await installPacked();
    try {
      await copyFile(path.join(root, 'packages/sdk/test/consumer/shopper.ts'), path.join(installed.folder, 'shopper.ts'));
      const times: number[] = [];
      let count = 0;
      for (let i = 0; i < 3; i += 1) {
        // As nearly everybody compiles: the declarations of libraries are believed.
        const { complaints, checkMs, instantiations } = await installed.compile('7.0.2', 'bundler', ['shopper.ts'], true);
        must(complaints === '', complaints);
        times.push(checkMs);
        count = instantiations;
      }
      const kilobytes = gzipSync((await installed.bundle('esm')).code).length / 1_000;
      const seconds = quantile(times, 0.5) / 1_000;
      return {
        note: `checked in ${seconds.toFixed(2)} s (goal 1), ${count} instantiations; ${kilobytes.toFixed(1)} kB minified and gzipped (goal 15)`,
      };
    } finally {
      await installed.remove();
    }
  },
};
