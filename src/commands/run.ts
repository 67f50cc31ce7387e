/** `tidemark run`: watches Kafka topics, or takes logs over HTTP and syslog, until told to stop. */
import { type Command, Option } from 'commander';
import { listens, takesRecords } from '../app/http-role.ts';
import { createLifecycle, leaveAfter } from '../app/lifecycle.ts';
import { placeIn } from '../app/own-detectors/load.ts';
import { type Role, run } from '../app/run.ts';
import { exitCodeOf, isFault, UsageError } from '../fault.ts';
import { createTelemetry } from '../telemetry/telemetry.ts';
import { version } from '../version.ts';
import { command, type Flags, makePlace, placed, settingsOf, shelves, withStore } from './settings.ts';

export function runCommand(): Command {
  return withStore(
    command(
      'run',
      'Take logs from Kafka, HTTP or syslog, detect, store and deliver, until SIGTERM.',
      ['run --config tidemark.yaml', 'run --config tidemark.yaml --role detect   # another worker of the same group'],
      { json: 'log as JSON on a terminal too; elsewhere it always is' },
    ),
  )
    .addOption(
      new Option('--role <roles...>', 'only these parts; api alone serves HTTP and syslog and reads no topic')
        .choices(['ingest', 'detect', 'api'])
        .default(['ingest', 'detect']),
    )
    .action(async (flags: Flags & { role: Role[] }) => {
      const parts = await shelves();
      const { config, files } = await settingsOf(flags, {}, parts);
      if (config.kafka === undefined && !takesRecords(config))
        throw new UsageError(
          'there is no way in: no kafka section, no s3Queues, no pubSub, and neither http nor syslog is served',
          'Name brokers and inputs in tidemark.yaml (see tidemark.example.yaml), set http.serve, or look at files with `tidemark replay`.',
        );
      if (config.kafka === undefined && !flags.role.includes('detect'))
        throw new UsageError(
          'without Kafka nobody else would judge what this process takes in',
          'Leave --role out, or name brokers in a kafka section.',
        );
      if (flags.role.every((role) => role === 'api') && !listens(config))
        throw new UsageError('--role api has nothing to serve', 'Set http.serve: always, or syslog.serve: true.');
      makePlace(placed(config, flags));
      const telemetry = createTelemetry({
        level: config.telemetry.logLevel,
        processMetrics: true,
        readable: process.stderr.isTTY === true && flags.json !== true,
      });
      const lifecycle = createLifecycle(
        config.telemetry.drainMs,
        (reason) => telemetry.event('stopping', { reason }),
        (code) => {
          telemetry.event('cut-off', {});
          process.exit(code);
        },
      );
      parts.onDetectorFailure = ({ detector, step, file, error }) =>
        telemetry.event('detector-failed', { detector, step, at: placeIn(file, error), error });
      const began = Date.now();
      let reload: (() => Promise<void>) | undefined;
      // Whoever closes the terminal wants the process to end; a service is told to read its settings anew.
      const onHangup = () =>
        process.stdin.isTTY === true ? lifecycle.stop('the terminal was closed') : void reload?.();
      process.on('SIGHUP', onHangup);
      try {
        await run({
          config,
          kafka: config.kafka,
          store: placed(config, flags),
          shelves: parts,
          roles: flags.role,
          telemetry,
          lifecycle,
          version,
          configFiles: files,
          reread: async () => (await settingsOf(flags, {}, await shelves())).config,
          onReload: (found) => {
            reload = found;
          },
        });
        telemetry.event('stopped', { seconds: (Date.now() - began) / 1_000 });
      } catch (error) {
        telemetry.event('failed', { error });
        // The log has told it once, with its remedy; the shell needs the exit code.
        if (!isFault(error)) throw error;
        process.exitCode = exitCodeOf(error);
      } finally {
        process.off('SIGHUP', onHangup);
        lifecycle.dispose();
        leaveAfter(config.telemetry.closeMs, (what) => telemetry.event('left-open', { what }));
      }
    });
}
