import type { Finding } from '../diagnosis/finding';
import type { StatusView } from '../worker/state';
import { byId, element, KeyedList, type Row, setAttribute, setText } from './dom.js';

const WORDS = { critical: 'Critical', warning: 'Warning', notice: 'Notice' } as const;

/** The diagnosis: one line to read at 3 a.m., then what it rests on. */
export function createFindings(): (view: StatusView) => void {
  const headline = byId('headline');
  const list = new KeyedList<Finding>(byId('findings'), keyOf, createFinding);
  return ({ healthy, findings, headline: text }) => {
    setText(headline, text);
    setAttribute(headline, 'data-severity', healthy ? 'well' : (findings[0]?.severity ?? 'notice'));
    list.show(findings);
  };
}

/** A finding is the same one as long as cause and subject are, whatever figures its sentence holds. */
function keyOf({ cause, subject }: Finding): string {
  return `${cause} ${subject.kind === 'trader' ? subject.id : ''}`;
}

function createFinding(): Row<Finding> {
  const tag = element('span', { class: 'tag' });
  const sentence = element('bdi', { class: 'sentence' });
  const evidence = element('ul', { class: 'evidence' });
  const lines = new KeyedList<string>(evidence, (line) => line, createLine);
  const runbook = element('a', { class: 'runbook' });
  const details = element('details', {}, element('summary', {}, 'Evidence'), evidence);
  const node = element('li', {}, tag, sentence, element('div', { class: 'more' }, runbook, details));
  return {
    node,
    update(finding) {
      setAttribute(node, 'data-severity', finding.severity);
      setText(tag, WORDS[finding.severity]);
      setText(sentence, finding.sentence);
      details.hidden = finding.evidence.length === 0;
      lines.show([...new Set(finding.evidence)]);
      setText(runbook, `Runbook: ${finding.runbook}`);
      setAttribute(runbook, 'href', `/runbooks/${encodeURIComponent(finding.runbook)}.md`);
    },
  };
}

function createLine(): Row<string> {
  const code = element('code');
  return { node: element('li', {}, code), update: (line) => setText(code, line) };
}
