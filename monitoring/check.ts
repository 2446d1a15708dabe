/** `npm run monitoring:check`: one line per fault of the dashboards, rules and runbooks; exit status 1 when there is one. */
import { drifted } from './checks/drift';
import { brokenLinks } from './checks/links';
import { locatedQueries } from './checks/located-query';
import { queryViolations } from './checks/query-check';
import { generatedFiles } from './generated';

const root = process.cwd();
const files = generatedFiles(root);
const queries = locatedQueries(root);
const faults = [...queryViolations(queries), ...drifted(files, root), ...brokenLinks(root)];
for (const fault of faults) console.log(fault);
console.log(
  faults.length === 0
    ? `${queries.length} queries and ${files.size} generated files are sound`
    : `${faults.length} faults in ${queries.length} queries and ${files.size} generated files`,
);
process.exitCode = faults.length === 0 ? 0 : 1;
