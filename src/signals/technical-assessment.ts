/** A rule-based second opinion on a long entry: trend, momentum, volatility, and what could be won against lost. */
import type { Candle } from '../market/kline';
import type { Assessment, Decision, KeyLevels } from './analysis';
import { ENOUGH_CANDLES, type Indicators, indicatorsOf } from './technical-indicators';

/** One finding: how much it speaks for (+) or against (−) entering now, and why. */
interface Finding {
  readonly weight: number;
  readonly says: string;
}

/** The stop stands this many average ranges below the close, outside the usual noise. */
const STOP_RANGES = 1.5;
/** A target nearer than this many average ranges is not worth the fees. */
const TARGET_RANGES = 2;
const OVERSOLD = 30;
const OVERBOUGHT = 70;
const WILD_RANGE_PERCENT = 5;
const WORTHWHILE_REWARD = 1.5;

/** @param candles closed candles, at least one, oldest first */
export function assess(candles: readonly Candle[]): Assessment {
  const indicators = indicatorsOf(candles);
  const keyLevels = keyLevelsOf(indicators);
  const rewardToRisk = rewardToRiskOf(indicators, keyLevels);
  const base = { keyLevels, technicalIndicators: tableOf(indicators, rewardToRisk) };
  if (candles.length < ENOUGH_CANDLES) {
    const reasoning = `Only ${candles.length} closed candles are held; the trend needs ${ENOUGH_CANDLES}.`;
    return { decision: 'wait', confidence: 0, reasoning, ...base };
  }
  const findings = [trend(indicators), momentum(indicators), volatility(indicators), reward(rewardToRisk)];
  const score = findings.reduce((sum, { weight }) => sum + weight, 0);
  return {
    decision: decisionFor(score),
    confidence: confidenceFor(score),
    reasoning: findings.map(({ says }) => says).join(' '),
    ...base,
  };
}

function trend({ close, fastEma, slowEma }: Indicators): Finding {
  if (close > fastEma && fastEma > slowEma) {
    return {
      weight: 2,
      says: 'The trend is up: the close is above the 20-candle average, and that above the 50.',
    };
  }
  if (close < fastEma && fastEma < slowEma) {
    return {
      weight: -2,
      says: 'The trend is down: the close is below the 20-candle average, and that below the 50.',
    };
  }
  return { weight: 0, says: 'The averages show no clear trend.' };
}

function momentum({ rsi, previousRsi }: Indicators): Finding {
  const value = `RSI ${rsi.toFixed(1)}`;
  const turning = rsi > previousRsi ? 'rising' : 'falling';
  if (rsi >= OVERBOUGHT) return { weight: -2, says: `${value} is overbought.` };
  if (rsi > OVERSOLD) {
    return { weight: rsi > previousRsi ? 1 : 0, says: `${value} is neutral and ${turning}.` };
  }
  return { weight: rsi > previousRsi ? 3 : -1, says: `${value} is oversold and ${turning}.` };
}

function volatility({ atr, close }: Indicators): Finding {
  const percent = (atr / close) * 100;
  const says = `The average range is ${percent.toFixed(2)} % of the price`;
  return percent > WILD_RANGE_PERCENT
    ? { weight: -2, says: `${says}, too wild for a close stop.` }
    : { weight: 0, says: `${says}.` };
}

function reward(rewardToRisk: number | null): Finding {
  if (rewardToRisk === null) return { weight: -2, says: 'The price does not move: there is nothing to win.' };
  const says = `The target pays ${rewardToRisk.toFixed(1)} times what the stop costs.`;
  return { weight: rewardToRisk >= WORTHWHILE_REWARD ? 1 : -1, says };
}

function decisionFor(score: number): Decision {
  if (score >= 3) return 'enter_trade';
  return score <= -2 ? 'bad_setup' : 'wait';
}

/** The further from undecided, the surer; never certain. */
function confidenceFor(score: number): number {
  return Math.min(0.9, (50 + 8 * Math.abs(score)) / 100);
}

function keyLevelsOf({ close, atr, support, resistance }: Indicators): KeyLevels {
  return {
    support: [support],
    resistance: [resistance],
    stop: Math.max(0, close - STOP_RANGES * atr),
    target: Math.max(resistance, close + TARGET_RANGES * atr),
  };
}

function rewardToRiskOf({ close, atr }: Indicators, { stop, target }: KeyLevels): number | null {
  const risk = close - (stop ?? close);
  return atr > 0 && risk > 0 ? ((target ?? close) - close) / risk : null;
}

function tableOf(indicators: Indicators, rewardToRisk: number | null): Assessment['technicalIndicators'] {
  const { close, rsi, fastEma, slowEma, atr } = indicators;
  return { close, rsi_14: rsi, ema_20: fastEma, ema_50: slowEma, atr_14: atr, reward_to_risk: rewardToRisk };
}
