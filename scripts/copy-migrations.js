// The compiler copies no SQL; the built trader reads its migrations from beside its own code.
const { cpSync, rmSync } = require('node:fs');

rmSync('dist/src/storage/migrations', { recursive: true, force: true });
cpSync('src/storage/migrations', 'dist/src/storage/migrations', {
  recursive: true,
  filter: (path) => !path.endsWith('.ts'),
});
