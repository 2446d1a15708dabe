export const STYLE = `
:root { color-scheme: light dark; --page: #f4f5f5; --panel: #fff; --ink: #24292e; --soft: #5c6470; --line: #d8dadd; }
@media (prefers-color-scheme: dark) {
  :root { --page: #111217; --panel: #181b1f; --ink: #d5d6dc; --soft: #9a9ba5; --line: #2c2f36; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1300px; padding: 16px; background: var(--page); color: var(--ink); font: 14px/1.4 system-ui, sans-serif; }
h1, h2, h3, h4, p { margin: 0; }
header p, .about { color: var(--soft); margin: 2px 0 8px; }
nav a { color: inherit; margin-right: 14px; }
section { margin-top: 28px; }
.grid { display: grid; grid-template-columns: repeat(24, minmax(0, 1fr)); gap: 8px; }
article { background: var(--panel); border: 1px solid var(--line); border-radius: 4px; padding: 10px 12px; display: flex; flex-direction: column; min-width: 0; }
article h3 { font-size: 14px; font-weight: 600; }
article > p { color: var(--soft); font-size: 12px; }
.body { flex: 1; margin-top: 8px; overflow: hidden; }
.body svg { max-width: 100%; height: auto; }
.body table svg { display: block; }
.empty, .refused { color: var(--soft); padding: 22px 0; text-align: center; }
.refused { color: #e02f44; }
.legend { display: flex; flex-wrap: wrap; gap: 0 14px; margin: 0; padding: 0; list-style: none; color: var(--soft); font-size: 11.5px; }
.legend i { display: inline-block; width: 12px; height: 4px; margin-right: 5px; vertical-align: middle; border-radius: 2px; }
.tiles { display: flex; flex-wrap: wrap; gap: 14px 26px; align-items: center; height: 100%; }
.tile b { display: block; font-size: 26px; font-weight: 600; }
.tile span { color: var(--soft); font-size: 12px; }
table { border-collapse: collapse; width: 100%; font-size: 12.5px; }
td, th { padding: 4px 8px; text-align: left; border-bottom: 1px solid var(--line); }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.bars td { border: 0; }
.bars .bar { width: 60%; }
.data { display: block; overflow-x: auto; }
details { margin-top: 6px; color: var(--soft); font-size: 12px; }
pre { margin: 2px 0 8px; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 11.5px; color: var(--ink); }
@media (max-width: 900px) { article { grid-column: 1 / -1 !important; } }
`;
