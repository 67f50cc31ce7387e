/** `npm run soak -- --hours 2`: one installation under a steady load, and whether it grows. */
import { runnerImport } from 'vite';

await runnerImport(new URL('./soak.ts', import.meta.url).pathname);
