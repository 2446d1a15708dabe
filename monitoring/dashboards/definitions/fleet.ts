/** Many machines, one app per user: which of them needs somebody? */
import { perApp } from '../../rules/expressions';
import { type DashboardSpec, greenFrom, redFrom } from '../panel';
import * as q from '../queries';
import { WINDOWS } from '../thresholds';
import { FLEET_MACHINE_ROWS } from './fleet-machines';
import { FLEET_WORK_ROWS } from './fleet-work';

const BUILD = q.ofMachine('build_info');

const builds = `count by (app) (count by (app, version, git_sha) (${BUILD}))`;
const gone = `(max by (app) (max_over_time(${q.ofMachine('fly_instance_up')}[${WINDOWS.hour}]))\nunless on (app) max by (app) (${q.ofMachine('fly_instance_up')}))`;

export const FLEET: DashboardSpec = {
  uid: 'trader-fleet',
  title: 'Fleet',
  description: 'Every trader machine at a glance: alive, alike, connected, working.',
  tags: ['trader', 'fleet'],
  variables: ['app', 'region', 'instance'],
  rows: [
    {
      height: 5,
      panels: [
        {
          kind: 'stat',
          title: 'Apps',
          description:
            'Apps with at least one machine that answers. Fewer than you deployed: see "Machines Gone", or that nothing scrapes them.',
          unit: 'none',
          width: 5,
          decimals: 0,
          queries: [
            { expr: `count(count by (app) (${BUILD})) or vector(0)`, legend: 'apps' },
            { expr: `count(${BUILD}) or vector(0)`, legend: 'machines' },
          ],
          runbooks: ['MachineGone'],
          steps: greenFrom(1),
        },
        {
          kind: 'stat',
          title: 'Machines Gone',
          description:
            'Apps that ran within the hour and run nowhere now, as Fly sees it. When red: `fly machine list` and the last lines of the log; exit codes are below.',
          unit: 'none',
          width: 5,
          decimals: 0,
          queries: [{ expr: `count(${gone}) or vector(0)`, legend: 'gone' }],
          runbooks: ['MachineGone'],
          steps: redFrom(1),
        },
        {
          kind: 'stat',
          title: 'Apps with Two Builds',
          description:
            'Apps whose machines run different builds. For a moment in every deploy; when it stays, a machine kept its old image: compare "Commit" in the table and deploy again.',
          unit: 'none',
          width: 5,
          decimals: 0,
          queries: [{ expr: `count(${builds} > 1) or vector(0)`, legend: 'apps' }],
          runbooks: ['ImageSkew'],
          steps: redFrom(1),
        },
        {
          kind: 'stat',
          title: 'Apps with Two Machines',
          description:
            'Apps that run more than one machine: both screen all traders, so load doubles and signals are stored once. For a moment in every deploy; otherwise stop one.',
          unit: 'none',
          width: 5,
          decimals: 0,
          queries: [{ expr: `count(count by (app) (${BUILD}) > 1) or vector(0)`, legend: 'apps' }],
          runbooks: ['ImageSkew'],
          steps: [{ colour: 'green' }, { from: 1, colour: 'yellow' }],
        },
        {
          kind: 'stat',
          title: 'Disconnected Apps',
          description:
            'Apps without a working connection to Binance. All at once: Binance or the network. One: see its dashboard Market Data.',
          unit: 'none',
          width: 4,
          decimals: 0,
          queries: [
            {
              expr: `count(${perApp(q.ofMachine('binance_ws_connected', 'status="connected"'))} == 0) or vector(0)`,
              legend: 'apps',
            },
          ],
          runbooks: ['BinanceDisconnected'],
          steps: redFrom(1),
        },
      ],
    },
    ...FLEET_MACHINE_ROWS,
    ...FLEET_WORK_ROWS,
  ],
};
