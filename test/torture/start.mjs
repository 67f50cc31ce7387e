/** `npm run torture -- --minutes 30 --seed 7 --faults 12 --workers 2`: breaks a running installation at random, and counts afterwards. */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    faults: { type: 'string', default: '12' },
    workers: { type: 'string', default: '2' },
  },
});
for (const name of ['minutes', 'faults', 'workers'])
  if (!(Number(values[name]) > 0)) {
    process.stderr.write(`--${name} takes a number above 0\n`);
    process.exit(2);
  }
const { status } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--project', 'torture'], {
  stdio: 'inherit',
  env: { ...process.env, TORTURE: JSON.stringify(values) },
});
process.exit(status ?? 1);
