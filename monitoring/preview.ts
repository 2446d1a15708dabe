/** `npm run monitoring:preview -- --prometheus URL`: every panel of every dashboard, drawn from a live Prometheus. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { withDemoMachine } from './preview/demo-machine';
import { previewReport } from './preview/report';

const USAGE = `Usage: npm run monitoring:preview -- [options]
  --prometheus URL  a Prometheus or VictoriaMetrics that scrapes the trader (default: starts one, with a simulated
                    exchange and a trader, for the minutes asked for; needs the program "prometheus")
  --out FILE        where the report goes (default reports/dashboards.html)
  --minutes N       how far back it looks (default 60; without --prometheus 3)`;

function minutesFrom(text: string): number {
  const minutes = Number(text);
  if (!(minutes > 0 && minutes <= 14 * 24 * 60))
    throw new Error(`--minutes ${text}: must be a number above 0 and at most 20160`);
  return minutes;
}

async function write(url: string, minutes: number, out: string): Promise<void> {
  const toMs = Date.now();
  const report = await previewReport(url, { fromMs: toMs - minutes * 60_000, toMs });
  mkdirSync(dirname(resolve(out)), { recursive: true });
  writeFileSync(out, report.html);
  for (const error of report.errors) console.error(error);
  for (const where of report.empty) console.log(`no data: ${where}`);
  console.log(
    `${out}: ${report.panels} panels, ${report.empty.length} without data, ${report.errors.length} refused queries`,
  );
  process.exitCode = report.errors.length === 0 ? 0 : 1;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      prometheus: { type: 'string' },
      out: { type: 'string', default: 'reports/dashboards.html' },
      minutes: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return console.log(USAGE);
  const { prometheus, out } = values;
  const minutes = minutesFrom(values.minutes ?? (prometheus === undefined ? '3' : '60'));
  if (prometheus !== undefined) return await write(prometheus, minutes, out);
  await withDemoMachine(minutes, (url) => write(url, minutes, out));
}

main().catch((error: Error) => {
  console.error(`The preview was not made: ${error.message}`);
  process.exitCode = 1;
});
