/** `npm run bench:workers -- --against DIR`: several partitions on a real broker and a real server, read by one worker and by more. */
import { runnerImport } from 'vite';

await runnerImport(new URL('./measure.ts', import.meta.url).pathname);
