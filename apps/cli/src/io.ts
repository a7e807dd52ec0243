/** Input and output of a command. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** What a command has of the terminal: the environment, its output, and questions to the user. */
export interface Io {
  readonly env: NodeJS.ProcessEnv;
  /** Whether a user can answer questions on a terminal. */
  readonly isInteractive: boolean;
  /** Writes a line to standard output. */
  say(line: string): void;
  /** Writes a line to standard error. */
  complain(line: string): void;
  /** Asks the user and returns the trimmed answer. */
  ask(question: string): Promise<string>;
  /** As `ask`, but does not show or trim the answer. */
  askHidden(question: string): Promise<string>;
  /** The first line of standard input without its line break; null if there is none. */
  readLine(): Promise<string | null>;
}

const askPerson = async (question: string, hidden: boolean): Promise<string> => {
  process.stderr.write(question);
  // The terminal echo goes through this output; it drops the echo of a secret.
  const output = new Writable({ write: (chunk, _encoding, done) => (hidden ? done() : void process.stderr.write(chunk as Buffer, done)) });
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  try {
    return await new Promise((resolve, reject) => {
      lines.once('line', resolve);
      // Ctrl-C and Ctrl-D end the question without an answer.
      lines.once('SIGINT', () => lines.close());
      lines.once('close', () => reject(new Interrupted()));
    });
  } finally {
    lines.close();
    if (hidden) process.stderr.write('\n');
  }
};

/** The user ended a question with Ctrl-C or Ctrl-D. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Standard input, output and error of this process. Questions go to standard error, so that scripts can read the output. */
export const processIo = (): Io => ({
  env: process.env,
  isInteractive: process.stdin.isTTY && process.stderr.isTTY,
  say: (line) => void process.stdout.write(`${line}\n`),
  complain: (line) => void process.stderr.write(`${line}\n`),
  ask: async (question) => (await askPerson(question, false)).trim(),
  askHidden: (question) => askPerson(question, true),
  readLine: async () => {
    const [first = ''] = (await text(process.stdin)).split(/\r?\n/, 1);
    return first === '' ? null : first;
  },
});
