/** Every failpoint, in the order in which a purchase passes them: before and after each effect. */
export const failpointNames = [
  'idempotency.afterClaim',
  'checkout.insidePlace',
  'checkout.afterPlace',
  'flash.insidePlace',
  'flash.afterPlace',
  'checkout.beforeCharge',
  'checkout.afterCharge',
  'settle.inside',
  'checkout.afterSettle',
  'idempotency.insideEffect',
  'idempotency.afterRun',
  'idempotency.afterComplete',
  'refund.beforeCall',
  'refund.afterCall',
  'refund.afterRecord',
  'relay.inside',
  'relay.afterCommit',
  'delivery.inside',
  'delivery.afterCommit',
  'mail.beforeSend',
  'mail.afterSend',
  'mail.afterMark',
  'import.insideStaging',
  'import.insideBatch',
  'import.afterBatch',
] as const;
/** The name of a failpoint. */
export type FailpointName = (typeof failpointNames)[number];

/**
 * Named places where a test can kill or stop the process, or make an operation fail. `FAILPOINTS` lists them:
 * `checkout.afterCharge=kill`, `mail.afterSend=error@2` (the second time). Empty, they cost one look-up.
 */
export interface Failpoints {
  /** Does nothing unless armed; `kill` ends the process as SIGKILL does, `stop` freezes it until SIGCONT, `error` throws. */
  reach(name: FailpointName): void;
  /** How often a place was reached since the start. */
  count(name: FailpointName): number;
}

/** Reads a list such as `checkout.afterPlace=kill@2`. Throws for an unknown failpoint or action. */
export const createFailpoints = (spec: string): Failpoints => {
  const armed = new Map<string, { action: string; at: number }>();
  for (const part of spec.split(',').filter(Boolean)) {
    const match = /^([\w.]+)=(kill|stop|error)(?:@(\d+))?$/.exec(part.trim());
    if (!match?.[1] || !match[2]) throw new Error(`FAILPOINTS: "${part}" is not name=kill|stop|error[@n]`);
    if (!failpointNames.some((name) => name === match[1])) throw new Error(`FAILPOINTS: there is no failpoint named ${match[1]}`);
    armed.set(match[1], { action: match[2], at: Number(match[3] ?? 1) });
  }
  const counts = new Map<string, number>();
  return {
    reach: (name) => {
      if (armed.size === 0) return;
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      const point = armed.get(name);
      if (point?.at !== count) return;
      if (point.action === 'kill') process.kill(process.pid, 'SIGKILL');
      if (point.action === 'stop') return void process.kill(process.pid, 'SIGSTOP');
      throw new Error(`Failpoint ${name}`);
    },
    count: (name) => counts.get(name) ?? 0,
  };
};
