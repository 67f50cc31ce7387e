/** The chart is rendered by Helm itself: as the manifests that are shipped, in every variant, and not with values that cannot be. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';

const CHART = fileURLToPath(new URL('../../ops/helm', import.meta.url));
const isThere = spawnSync('helm', ['version', '--short']).status === 0;
if (!isThere) process.stderr.write('skipped: no helm on the path (https://helm.sh/docs/intro/install)\n');

function render(...values: string[]) {
  const sets = values.flatMap((value) => ['--set', value]);
  const args = ['template', 'tidemark', CHART, '--kube-version', '1.31.0', ...sets];
  return execFileSync('helm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
const kinds = (text: string) => parseAllDocuments(text).map((document) => document.toJS()?.kind as string);

describe.skipIf(!isThere)('the Helm chart', () => {
  test('is what the plain manifests are made from', () => {
    const shipped = readFileSync(new URL('../../ops/kubernetes/tidemark.yaml', import.meta.url), 'utf8');
    expect(shipped.split('\n').slice(1).join('\n')).toBe(render());
  });

  test('has what is asked for', () => {
    const all = kinds(render('autoscaling.enabled=true', 'serviceMonitor.enabled=true', 'api.tlsSecretName=tls'));
    expect(all).toEqual(expect.arrayContaining(['HorizontalPodAutoscaler', 'ServiceMonitor', 'PodDisruptionBudget']));
    const least = kinds(
      render('api.enabled=false', 'networkPolicy.enabled=false', 'podDisruptionBudget.enabled=false'),
    );
    expect(least.sort()).toEqual(['ConfigMap', 'Deployment', 'Deployment', 'Service', 'ServiceAccount']);
  });

  test('opens the port of gRPC where the configuration does: at the pod, the service and the network policy', () => {
    const text = render('config.http.grpcPort=4317');
    expect(text.match(/containerPort: 4317|targetPort: grpc|- port: 4317/g)?.sort()).toEqual([
      '- port: 4317',
      'containerPort: 4317',
      'targetPort: grpc',
    ]);
    expect(render('config.http.grpcPort=4317', 'api.enabled=false')).not.toMatch(/containerPort: 4317|grpc$/m);
    expect(render('config.http=null')).not.toContain('grpc');
  });

  test.each(['detect.replicas=0', 'detect.replicsa=2', 'config.store.url=clickhouse', 'api.service.type=Proxy'])(
    'does not take %s',
    (value) => {
      expect(() => render(value)).toThrow(/schema/);
    },
  );
});
