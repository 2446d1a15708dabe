/** What every benchmark has in common: contestants take turns within one run, and figures are compared as ratios. */

/** One way to do the work. */
export interface Contestant {
  readonly name: string;
  /** One round; what it returns is the round's figure, in the benchmark's unit. */
  round(): number | Promise<number>;
}

/** A bound on the ratio of ours to a peer's figure, or on our figure itself. */
export interface Goal {
  /** A peer's name; absent: the figure itself is held to the bound. */
  readonly against?: string;
  readonly atMost?: number;
  readonly atLeast?: number;
}

export interface Benchmark {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  /** Rounds of the full form; the short one does a third of them, three at least. */
  readonly rounds: number;
  /** Ours is the first. */
  contestants(): readonly Contestant[] | Promise<readonly Contestant[]>;
  readonly goals: readonly Goal[];
  /** Anything the reader must know to read the figures. */
  readonly note?: string;
  close?(): void | Promise<void>;
}

export interface Verdict {
  readonly text: string;
  readonly met: boolean;
  /** Beyond the bound by more than noise explains: what the short form fails on. */
  readonly gross: boolean;
}

export interface Result {
  readonly benchmark: Pick<Benchmark, 'id' | 'title' | 'unit' | 'note'>;
  readonly rounds: number;
  readonly figures: readonly { readonly name: string; readonly median: number; readonly ratio: number }[];
  readonly verdicts: readonly Verdict[];
}

const GROSS = 2;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** Every other round begins with another contestant, so that none always runs in another's wake. */
async function takeTurns(contestants: readonly Contestant[], rounds: number): Promise<Map<string, number[]>> {
  const figures = new Map(contestants.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++)
    for (let turn = 0; turn < contestants.length; turn++) {
      const contestant = contestants[(round + turn) % contestants.length]!;
      figures.get(contestant.name)!.push(await contestant.round());
    }
  return figures;
}

/** The median of the rounds' own ratios: what slowed a round down slowed both sides. */
function ratioOf(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours.map((value, round) => value / theirs[round]!));
}

function judge(goal: Goal, value: number): Verdict {
  const { against, atMost = Number.POSITIVE_INFINITY, atLeast = 0 } = goal;
  const bound = goal.atMost === undefined ? `≥ ${atLeast}` : `≤ ${atMost}`;
  const subject = against === undefined ? 'ours' : `ours / ${against}`;
  return {
    text: `${subject} ${round(value)} (goal ${bound})`,
    met: value <= atMost && value >= atLeast,
    gross: value > atMost * GROSS || value < atLeast / GROSS,
  };
}

export function round(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

export async function measure(benchmark: Benchmark, short: boolean): Promise<Result> {
  const { id, title, unit, note, goals } = benchmark;
  const rounds = short ? Math.max(3, Math.ceil(benchmark.rounds / 3)) : benchmark.rounds;
  try {
    const contestants = await benchmark.contestants();
    // The first round compiles.
    for (const contestant of contestants) await contestant.round();
    const measured = await takeTurns(contestants, rounds);
    const ours = measured.get(contestants[0]!.name)!;
    const figures = [...measured].map(([name, values]) => ({
      name,
      median: median(values),
      ratio: ratioOf(ours, values),
    }));
    const figureOf = (goal: Goal) =>
      goal.against === undefined ? median(ours) : ratioOf(ours, measured.get(goal.against)!);
    return {
      benchmark: { id, title, unit, ...(note !== undefined && { note }) },
      rounds,
      figures,
      verdicts: goals.map((goal) => judge(goal, figureOf(goal))),
    };
  } finally {
    await benchmark.close?.();
  }
}
