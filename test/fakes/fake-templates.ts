import { type Tree, writeTree } from './tree.ts';

/** A small folder `templates/`: what all share, the runtime and three services. */
const templates: Tree = {
  'shared/decnet_logging.py': 'LOG = 1\n',
  'shared/Dockerfile': 'FROM runtime\n',
  'runtime/Dockerfile': 'FROM debian\n',
  'runtime/packages.txt': 'python3\n',
  'ssh/server.py': 'PORT = 22\n',
  'tftp/server.py': 'PORT = 69\n',
  'http/server.py': 'PORT = 80\n',
};

export function writeTemplates(folder: string): void {
  writeTree(folder, templates);
}
