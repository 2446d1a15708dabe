import { diagnose } from '../diagnosis/diagnose';
import { History } from '../samples/history';
import { parsePage } from '../samples/parse';
import { isTraderPage, readPage } from '../samples/read';
import type { StatusState, StatusView } from './state';
import { Viewer } from './view';

export interface Observation {
  readonly state: StatusState;
  /** The headline, then what the findings add to it, worst first. */
  readonly sentences: readonly string[];
}

/** Beside the headline: for a reader of `/health`, who wants no list of a hundred traders. */
const MOST_SENTENCES = 20;

/** Follows one machine by its pages: each page, or the reason why there is none, gives a state to show. */
export class Observer {
  private readonly history = new History();
  private readonly viewer = new Viewer();
  private view: StatusView | null = null;
  private observations = 0;

  /** @param epoch tells this observer's states from those of one before it */
  constructor(
    private readonly epoch: string,
    private readonly nowMs: () => number,
  ) {}

  /** @param text the page of metrics as it came */
  read(text: string): Observation {
    const page = parsePage(text);
    if (!isTraderPage(page)) return this.miss('The page at the metrics address is not of a trader machine.');
    this.history.add(readPage(page, Math.round(this.nowMs())));
    const { latest } = this.history;
    if (latest) this.view = this.viewer.view(this.history, latest, diagnose(this.history));
    return this.observation(null);
  }

  /** What was last seen stays, with the reason why there is nothing newer. */
  miss(problem: string): Observation {
    return this.observation(problem);
  }

  private observation(problem: string | null): Observation {
    const id = `${this.epoch}-${++this.observations}`;
    const found = this.view ? sentencesOf(this.view) : [];
    return {
      state: { id, nowMs: Math.round(this.nowMs()), problem, view: this.view },
      sentences: problem === null ? found : [problem, ...found],
    };
  }
}

function sentencesOf({ headline, findings }: StatusView): string[] {
  const more = findings.map(({ sentence }) => sentence).filter((sentence) => !headline.startsWith(sentence));
  const left = more.length - MOST_SENTENCES;
  return [headline, ...more.slice(0, MOST_SENTENCES), ...(left > 0 ? [`And ${left} more.`] : [])];
}
