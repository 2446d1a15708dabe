/** Every alert there is. */
import type { AlertGroup, AlertRule } from './alert';
import { EXCHANGE_ALERTS } from './alerts/exchange';
import { FILTER_ALERTS } from './alerts/filters';
import { KLINE_ALERTS } from './alerts/klines';
import { MACHINE_ALERTS } from './alerts/machine';
import { SCREENING_ALERTS, STALL_ALERTS } from './alerts/screening';
import { SIGNAL_ALERTS } from './alerts/signals';
import { TELEMETRY_ALERTS } from './alerts/telemetry';
import { ZERO_SIGNAL_ALERTS } from './alerts/zero-signals';

export const ALERT_GROUPS: readonly AlertGroup[] = [
  FILTER_ALERTS,
  STALL_ALERTS,
  SCREENING_ALERTS,
  SIGNAL_ALERTS,
  ZERO_SIGNAL_ALERTS,
  EXCHANGE_ALERTS,
  KLINE_ALERTS,
  MACHINE_ALERTS,
  TELEMETRY_ALERTS,
];

export const ALERTS: readonly AlertRule[] = ALERT_GROUPS.flatMap(({ alerts }) => alerts);
