import { greenFrom, PLAIN, type Row, redFrom } from '../panel';
import * as q from '../queries';
import { LIMITS, WINDOWS } from '../thresholds';

const MACHINE = 'app, region, instance';
const machineLegend = '{{app}} · {{region}} · {{instance}}';
const BUILD = q.ofMachine('build_info');

export const FLEET_MACHINE_ROWS: readonly Row[] = [
  {
    height: 9,
    panels: [
      {
        kind: 'table',
        title: 'Machines',
        description:
          'One row per machine. Look for another commit than the others’, an uptime that is short without a deploy, little free memory, many series.',
        unit: 'none',
        width: 24,
        queries: [
          {
            expr: `time() - max by (${MACHINE}) (${q.ofMachine('process_start_time_seconds')})\n+ on (${MACHINE}) group_left (version, git_sha) 0 * max by (${MACHINE}, version, git_sha) (${BUILD})`,
            legend: 'Uptime',
          },
          { expr: `max by (${MACHINE}) (${q.ofMachine('registry_size')})`, legend: 'Traders' },
          {
            expr: `max by (${MACHINE}) (${q.ofMachine('fly_instance_memory_mem_available')})`,
            legend: 'Free memory',
          },
          {
            expr: `max by (${MACHINE}) (${q.ofMachine('nodejs_eventloop_utilization')})`,
            legend: 'Event loop',
          },
          { expr: `max by (${MACHINE}) (${q.ofMachine('metrics_series')})`, legend: 'Series' },
        ],
        runbooks: ['MachineRestarting', 'ImageSkew', 'HeapNearLimit'],
        columnUnits: { Uptime: 'dtdurations', 'Free memory': 'bytes', 'Event loop': 'percentunit' },
      },
    ],
  },
  {
    height: 8,
    panels: [
      {
        kind: 'timeseries',
        title: 'Restarts',
        description:
          'Starts within an hour, per app. A deploy is one. When red, the machine dies again and again: look at "Exit Codes" and at free memory.',
        unit: 'short',
        width: 8,
        min: 0,
        decimals: 0,
        queries: [
          {
            expr: `sum by (app) (changes(${q.ofMachine('process_start_time_seconds')}[${WINDOWS.hour}]))`,
            legend: '{{app}}',
          },
        ],
        runbooks: ['MachineRestarting'],
        steps: redFrom(LIMITS.restarts),
      },
      {
        kind: 'stat',
        title: 'Exit Codes',
        description:
          'Exit code of each machine’s last run, and 1 where it was ended for want of memory. 0 or 143: it was asked to stop. 1: it failed, and the log’s last lines say why. 137: killed.',
        unit: 'none',
        width: 8,
        queries: [
          {
            expr: `max by (${MACHINE}) (${q.ofMachine('fly_instance_exit_code')})`,
            legend: `code · ${machineLegend}`,
          },
          {
            expr: `max by (${MACHINE}) (${q.ofMachine('fly_instance_exit_oom')})`,
            legend: `out of memory · ${machineLegend}`,
          },
        ],
        runbooks: ['MachineGone', 'MachineRestarting'],
        steps: PLAIN,
      },
      {
        kind: 'timeseries',
        title: 'Free Memory',
        description:
          'Share of a machine’s memory that a process could still get. Near zero, the kernel ends the trader: fewer symbols, intervals or workers, or a larger machine.',
        unit: 'percentunit',
        width: 8,
        min: 0,
        max: 1,
        queries: [
          {
            expr: `max by (${MACHINE}) (${q.ofMachine('fly_instance_memory_mem_available')})\n/ (max by (${MACHINE}) (${q.ofMachine('fly_instance_memory_mem_total')}) > 0)`,
            legend: machineLegend,
          },
        ],
        runbooks: ['HeapNearLimit'],
        steps: greenFrom(LIMITS.freeMemoryShare),
      },
    ],
  },
];
