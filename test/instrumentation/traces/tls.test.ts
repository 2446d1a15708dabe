import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Delivery } from '../../../instrumentation/traces/delivery';
import type { Answer } from '../../../instrumentation/traces/transport';
import { OTLP_PROTOCOLS, type OtlpProtocol } from '../../support/otlp-collector';
import { type ServerTls, scriptedCollector } from '../../support/otlp-scripted-collector';
import { endedSpans, tracesSettings } from '../../support/otlp-settings';
import { withApp } from '../../support/preloaded-app';

const describeWithOpenssl = spawnSync('openssl', ['version']).status === 0 ? describe : describe.skip;

let tls: ServerTls;
let certificate: string;

function makeCertificate(): void {
  const folder = mkdtempSync(join(tmpdir(), 'otlp-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const request =
    '-x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=127.0.0.1'.split(' ');
  const san = ['-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', ['req', ...request, ...san, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  tls = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  certificate = cert;
}

async function delivered(protocol: OtlpProtocol, ca: string | undefined): Promise<Answer> {
  const collector = await scriptedCollector(protocol, () => ({}), tls);
  const endpoint = protocol === 'grpc' ? collector.url : `${collector.url}/v1/traces`;
  const trusted = ca === undefined ? {} : { ca };
  const delivery = new Delivery(tracesSettings({ protocol, endpoint, tls: trusted, timeoutMs: 800 }));
  try {
    return await delivery.deliver(endedSpans(3));
  } finally {
    delivery.close();
    await collector.stop();
  }
}

describeWithOpenssl('a collector with a certificate of its own', () => {
  beforeAll(makeCertificate);

  it.each(OTLP_PROTOCOLS)(
    'is trusted over %s when its authority is configured, and not otherwise',
    async (protocol) => {
      expect(await delivered(protocol, tls.cert)).toMatchObject({ taken: true });
      expect(await delivered(protocol, undefined)).toMatchObject({ taken: false, reason: 'unreachable' });
    },
  );

  it.each(OTLP_PROTOCOLS)('gets what is queued at an exit over %s', async (protocol) => {
    const collector = await scriptedCollector(protocol, () => ({}), tls);
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      OTEL_EXPORTER_OTLP_CERTIFICATE: certificate,
    };
    await withApp({ app: 'makes-spans.js', args: ['20', 'exit', '4'], env }, async (app) => {
      expect((await app.exited).code).toBe(4);
      expect(app.lines.length).toBe(1);
    });
    expect(collector.requests.flat().length).toBe(20);
    await collector.stop();
  });
});
