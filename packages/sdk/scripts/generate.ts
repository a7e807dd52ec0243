/** `pnpm generate`: writes everything in the repository that is made from the contract. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { generatedFiles, referenceFolder, root } from './generated.files.ts';

const files = generatedFiles();
const folder = path.join(root, referenceFolder);
mkdirSync(folder, { recursive: true });
// The page of a domain that is no more goes with it.
for (const name of readdirSync(folder)) if (!files.has(`${referenceFolder}/${name}`)) rmSync(path.join(folder, name));
for (const [file, text] of files) writeFileSync(path.join(root, file), text);
