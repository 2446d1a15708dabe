/** Turns results into what is printed and into `bench/results.md`. */
import { cpus, release, totalmem } from 'node:os';
import { type Result, round } from './benchmark';

const GIB = 2 ** 30;

export function machineText(): string {
  const [cpu] = cpus();
  return `${cpus().length} × ${cpu?.model.trim() ?? 'unknown CPU'}, ${(totalmem() / GIB).toFixed(0)} GiB, Linux ${release()}, Node ${process.version}`;
}

export function resultText({ benchmark, rounds, figures, verdicts }: Result): string {
  const { id, title, unit, note } = benchmark;
  const width = Math.max(...figures.map(({ name }) => name.length));
  const lines = figures.map(
    ({ name, median, ratio }, index) =>
      `  ${name.padEnd(width)}  ${round(median).padStart(8)} ${unit}${index === 0 ? '' : `   ours is ${round(ratio)} of it`}`,
  );
  const goals = verdicts.map(({ text, met }) => `  ${met ? 'met   ' : 'MISSED'}  ${text}`);
  return [`${id} ${title} (medians of ${rounds} rounds)`, ...lines, ...goals, note ? `  ${note}` : '']
    .filter((line) => line !== '')
    .join('\n');
}

function section({ benchmark, rounds, figures, verdicts }: Result): string {
  const { id, title, unit, note } = benchmark;
  const rows = figures.map(
    ({ name, median, ratio }, index) =>
      `| ${name} | ${round(median)} ${unit} | ${index === 0 ? '' : round(ratio)} |`,
  );
  const goals = verdicts.map(({ text, met }) => `- ${met ? 'met' : '**missed**'}: ${text}`);
  return [
    `## ${id} ${title}`,
    '',
    ...(note ? [note, ''] : []),
    `| medians of ${rounds} rounds | figure | ours / this |`,
    '|---|---|---|',
    ...rows,
    '',
    ...goals,
    '',
  ].join('\n');
}

/** The page is written by the benchmarks alone. */
export function resultsPage(results: readonly Result[], command: string): string {
  return [
    '# Benchmark results',
    '',
    `Written by \`${command}\`; not edited by hand. Contestants take turns within one run; a ratio is the median of the`,
    "rounds' own ratios. Absolute figures are this machine's and this hour's.",
    '',
    `Machine: ${machineText()}.`,
    '',
    ...results.map(section),
  ].join('\n');
}
