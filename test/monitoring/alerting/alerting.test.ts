/** What delivers alerts: accepted by the programs that read it, and of one mind with the table. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { ALERTS } from '../../../monitoring/rules/alerts';
import { brokenLinks } from '../../fixtures/rules/runbook';
import { describeWith } from '../../support/programs';
import { ROOT } from '../../support/source-files';

const FOLDER = join(ROOT, 'monitoring/alerting');
const scratch = mkdtempSync(join(tmpdir(), 'alerting-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function read(file: string): string {
  return readFileSync(join(FOLDER, file), 'utf8');
}

describeWith('amtool')('alertmanager.yml', () => {
  const config = join(FOLDER, 'alertmanager.yml');
  const routed = (labels: string[]) =>
    spawnSync('amtool', ['config', 'routes', 'test', `--config.file=${config}`, ...labels], {
      encoding: 'utf8',
    }).stdout.trim();

  it('is accepted by amtool', () => {
    const checked = spawnSync('amtool', ['check-config', config], { encoding: 'utf8' });
    expect(checked).toMatchObject({ status: 0, stdout: expect.stringContaining('2 receivers') });
  });

  it('wakes somebody up for what is critical, and makes tickets of warnings', () => {
    expect(routed(['alertname=MachineGone', 'severity=critical', 'app=a'])).toBe('pager');
    expect(routed(['alertname=KlineGaps', 'severity=warning', 'app=a'])).toBe('tickets');
  });

  it('silences only alerts that exist, by alerts that exist', () => {
    const named = [...read('alertmanager.yml').matchAll(/alertname!?=~?"([^"]+)"/g)].flatMap(
      ([, names = '']) => names.split('|'),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => !ALERTS.some((alert) => alert.name === name))).toEqual([]);
  });
});

describeWith('promtool')('a Prometheus of one’s own', () => {
  it.each(['federate.yml', 'scrape.yml'])('is configured by %s', (file) => {
    // The rules' relative paths and the token's file must be there.
    cpSync(join(ROOT, 'monitoring/rules'), join(scratch, 'rules'), { recursive: true });
    const folder = join(scratch, 'alerting/prometheus');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'fly-token'), 'token');
    writeFileSync(join(folder, file), read(`prometheus/${file}`));
    const checked = spawnSync('promtool', ['check', 'config', join(folder, file)], { encoding: 'utf8' });
    expect(checked).toMatchObject({ status: 0, stdout: expect.stringContaining('2 rule files found') });
  });

  it('federates every metric that an alert reads', () => {
    const [pattern = ''] = /(?<=\{__name__=~")[^"]+/.exec(read('prometheus/federate.yml')) ?? [];
    const names = ALERTS.flatMap(({ expr }) =>
      [...expr.matchAll(/\b[a-z0-9]+(?:_[a-z0-9]+)+(?=[{[\s)])/g)].map(([name]) => name),
    );
    const functions =
      /_over_time$|^label_replace$|^histogram_quantile$|^group_left$|^clamp_max$|^fly_|^scrape_samples|^git_sha$|^(trader|error|worker|queue)_(id|name|type)$/;
    const metrics = [...new Set(names)].filter((name) => !functions.test(name));
    expect(metrics.length).toBeGreaterThan(40);
    expect(metrics.filter((name) => !new RegExp(`^(?:${pattern})$`).test(name))).toEqual([]);
  });
});

describe('vmalert on Fly', () => {
  const fake = join(scratch, 'vmalert');
  writeFileSync(fake, '#!/bin/sh\necho "$@"\necho "headers=$datasource_headers"\n');
  chmodSync(fake, 0o755);
  const start = (environment: Record<string, string>) =>
    spawnSync('sh', [join(FOLDER, 'vmalert/start.sh')], {
      env: { PATH: process.env.PATH ?? '', VMALERT: fake, ...environment },
      encoding: 'utf8',
    });
  const whole = {
    FLY_ORG: 'acme',
    FLY_METRICS_TOKEN: 'FlyV1 fm2_secret',
    ALERTMANAGER_URL: 'http://alerts:9093',
  };

  it.each(Object.keys(whole))('does not start without %s, and names it', (name) => {
    const { status, stderr } = start({ ...whole, [name]: '' });
    expect(status).not.toBe(0);
    expect(stderr).toContain(name);
  });

  it('asks the organisation’s Prometheus, with the token in the environment and not among the arguments', () => {
    const [args = '', headers] = start(whole).stdout.split('\n');
    expect(args).toContain('-datasource.url=https://api.fly.io/prometheus/acme');
    expect(args).not.toContain('secret');
    expect(headers).toBe('headers=Authorization: FlyV1 fm2_secret');
  });

  it('is a vmalert that can send that header: 1.80 or later', () => {
    const [, minor = '0'] = /vmalert:v1\.(\d+)\./.exec(read('vmalert/Dockerfile')) ?? [];
    expect(Number(minor)).toBeGreaterThanOrEqual(80);
  });

  it('copies files that exist', () => {
    const copied = [...read('vmalert/Dockerfile').matchAll(/^COPY (\S+)/gm)].map(([, path = '']) => path);
    expect(copied.map((path) => readFileSync(join(ROOT, path)).length > 0)).toEqual([true, true]);
  });
});

describe('Grafana-managed alerts', () => {
  interface Query {
    readonly refId: string;
    readonly datasourceUid: string;
    readonly model: { readonly expr?: string; readonly expression?: string };
  }
  interface Rule {
    readonly uid: string;
    readonly title: string;
    readonly condition: string;
    readonly data: readonly Query[];
    readonly annotations: Readonly<Record<string, string>>;
  }
  const text = read('grafana/trader-alerts.yml');
  const { groups } = parse(text) as { groups: { folder: string; interval: string; rules: Rule[] }[] };
  const rules = groups.flatMap((group) => group.rules);

  it('are all there, each under a uid of its own that Grafana accepts', () => {
    expect(rules.map(({ title }) => title)).toEqual(ALERTS.map(({ name }) => name));
    expect(new Set(rules.map(({ uid }) => uid)).size).toBe(ALERTS.length);
    for (const { uid } of rules) expect(uid).toMatch(/^[a-z0-9-]{1,40}$/);
  });

  it('ask what the rules ask, and fire on whatever is returned, zero included', () => {
    for (const [index, { data, condition }] of rules.entries()) {
      expect(data[0]?.model.expr?.replaceAll('$$', '$')).toBe(ALERTS[index]?.expr);
      expect(data.find(({ refId }) => refId === condition)?.model.expression).toBe('is_number($$A)');
    }
  });

  it('leave no dollar sign to Grafana but the data source’s', () => {
    const [, body = ''] = text.split('apiVersion');
    const single = body.replaceAll('$$', '').match(/\$\S*/g) ?? [];
    expect(new Set(single)).toEqual(new Set(['${PROMETHEUS_DATASOURCE_UID}']));
  });

  it('know nothing of Prometheus’ $value', () => {
    for (const { annotations } of rules)
      expect(Object.values(annotations).join()).not.toMatch(/\$value\b(?!s)/);
  });
});

it('the README’s links lead somewhere', () => {
  expect(brokenLinks(join(FOLDER, 'README.md'))).toEqual([]);
});
