import { type MetricDefinition, OPEN } from '../metric';

export const MACHINE_METRICS = {
  buildInfo: {
    name: 'build_info',
    type: 'gauge',
    unit: '',
    labels: { version: OPEN, git_sha: OPEN },
    when: 'always',
    help: '1; which build is running',
  },
  startTime: {
    name: 'process_start_time_seconds',
    type: 'gauge',
    unit: 's',
    labels: {},
    when: 'always',
    help: 'Start of the process, epoch seconds',
  },
} as const satisfies Record<string, MetricDefinition>;
