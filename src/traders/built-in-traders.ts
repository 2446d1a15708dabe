import type { TraderRow } from '../storage/trader-row';
import { MOMENTUM_BREAK } from './built-in/momentum-break';
import { RSI_OVERSOLD } from './built-in/rsi-oversold';
import { TRIPLE_INDICATOR } from './built-in/triple-indicator';
import { VOLUME_SPIKE } from './built-in/volume-spike';

/**
 * The traders every machine has. They are stored in the database at start and loaded from there like any other, so an
 * operator can disable one. Their ids never change: signals and dashboards refer to them.
 */
export const BUILT_IN_TRADERS: readonly TraderRow[] = Object.freeze([
  RSI_OVERSOLD,
  MOMENTUM_BREAK,
  VOLUME_SPIKE,
  TRIPLE_INDICATOR,
]);
