/** The row `types`: compiler time and browser size of the SDK. `type-costs.ts` measures several compilers. */
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import type * as packed from '../../packages/sdk/test/packed.ts';
import { must } from '../checks.ts';
import { median } from '../load/generate.ts';
import type { Line, Row } from '../row.ts';
import type { Stage } from '../stage/stage.parts.ts';

const run = async ({ options }: Stage): Promise<Line[]> => {
  const { installPacked } = (await import(pathToFileURL(path.join(options.shop, 'packages/sdk/test/packed.ts')).href)) as typeof packed;
  const installed = await installPacked();
  try {
    await copyFile(path.join(options.shop, 'packages/sdk/test/consumer/buyer.ts'), path.join(installed.folder, 'buyer.ts'));
    const times: number[] = [];
    let count = 0;
    for (let i = 0; i < (options.quick ? 1 : 3); i += 1) {
      // With skipLibCheck, as in nearly every project.
      const { complaints, checkMs, instantiations } = await installed.compile('7.0.2', 'bundler', ['buyer.ts'], true);
      must(complaints === '', complaints);
      times.push(checkMs);
      count = instantiations;
    }
    must(count > 0, 'the compiler counted no instantiation');
    const kilobytes = gzipSync((await installed.bundle('esm')).code).length / 1_000;
    const seconds = median(times) / 1_000;
    return [
      {
        name: 'types',
        notes: [`checked in ${seconds.toFixed(2)} s (1), ${count} instantiations; ${kilobytes.toFixed(1)} kB minified and gzipped (15)`],
      },
    ];
  } finally {
    await installed.remove();
  }
};

export const types: Row = { name: 'types', what: 'a strict program on the packed SDK: type check and size', run };
