/** Coding agents: Claude Code, Codex and Gemini CLI do a task by themselves, and export their log events. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const { HOME, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OPENAI_BASE_URL: api } = process.env;
const TASK = 'Look into notes.txt.';
const room = join(HOME, 'project');
mkdirSync(room, { recursive: true });
writeFileSync(join(room, 'notes.txt'), 'Ticket 7 asks for a refund.\n');

function run(command, args, env = {}) {
  const { stdout, stderr, status, error } = spawnSync(command, args, {
    cwd: room,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    timeout: 120_000,
    input: '',
  });
  process.stdout.write(`${stdout}\n${stderr}\n${status} ${error ?? ''}\n`);
}

const WHAT = {
  'claude-code': () =>
    run(
      'claude',
      ['-p', TASK, '--model', 'stand-in-1', '--allowedTools', 'Bash', 'Read', 'Write', '--disallowedTools', 'WebFetch'],
      {
        CLAUDE_CODE_ENABLE_TELEMETRY: '1',
        CLAUDE_CODE_ENHANCED_TELEMETRY_BETA: '1',
        OTEL_LOGS_EXPORTER: 'otlp',
        OTEL_TRACES_EXPORTER: 'otlp',
        OTEL_LOG_TOOL_DETAILS: '1',
        OTEL_LOGS_EXPORT_INTERVAL: '500',
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
        OTEL_RESOURCE_ATTRIBUTES: 'enduser.id=ada@example.com,deployment.environment.name=production',
      },
    ),
  codex() {
    mkdirSync(join(HOME, '.codex'), { recursive: true });
    const exporter = (signal) => `{ otlp-http = { endpoint = "${endpoint}/v1/${signal}", protocol = "binary" } }`;
    writeFileSync(
      join(HOME, '.codex/config.toml'),
      `model = "stand-in-1"
model_provider = "local"
approval_policy = "never"
sandbox_mode = "danger-full-access"
[model_providers.local]
name = "local"
base_url = "${api}"
env_key = "OPENAI_API_KEY"
wire_api = "responses"
[otel]
environment = "production"
exporter = ${exporter('logs')}
trace_exporter = ${exporter('traces')}
`,
    );
    run('codex', ['exec', '--skip-git-repo-check', TASK]);
  },
  'gemini-cli'() {
    mkdirSync(join(HOME, '.gemini'), { recursive: true });
    const telemetry = {
      enabled: true,
      target: 'local',
      otlpEndpoint: endpoint,
      otlpProtocol: 'http',
      logPrompts: false,
      traces: true,
    };
    const settings = {
      telemetry,
      security: { auth: { selectedType: 'gemini-api-key' } },
      privacy: { usageStatisticsEnabled: false },
    };
    writeFileSync(join(HOME, '.gemini/settings.json'), JSON.stringify(settings));
    run('gemini', ['--yolo', '--skip-trust', '-m', 'stand-in-1', '-p', TASK], { GEMINI_CLI_TRUST_WORKSPACE: 'true' });
  },
};
WHAT[process.argv[2]]();
