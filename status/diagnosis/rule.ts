import type { TraderReading } from '../samples/reading';
import type { Cause } from './causes';
import type { Finding, Severity } from './finding';
import { RUNBOOK_OF } from './runbooks';
import type { View } from './view';
import { named } from './words';

/** One question put to the readings. Silent when the answer is good, or not known. */
export type Rule = (view: View) => readonly Finding[];

export function ofMachine(
  cause: Cause,
  severity: Severity,
  sentence: string,
  evidence: readonly string[],
): Finding {
  const subject = { kind: 'machine' } as const;
  return { cause, severity, subject, sentence, predicate: sentence, evidence, runbook: RUNBOOK_OF[cause] };
}

/** @param predicate what follows the trader's name and a colon */
export function ofTrader(
  { id, name }: Pick<TraderReading, 'id' | 'name'>,
  cause: Cause,
  severity: Severity,
  predicate: string,
  evidence: readonly string[],
): Finding {
  const subject = { kind: 'trader', id, name } as const;
  const sentence = `${named(name)}: ${predicate}`;
  return { cause, severity, subject, sentence, predicate, evidence, runbook: RUNBOOK_OF[cause] };
}

/** A rule's finding that may not be there. */
export function when(condition: boolean, finding: () => Finding): readonly Finding[] {
  return condition ? [finding()] : [];
}
