import { DefaultRenderer, ProcessOutput } from 'listr2';

/**
 * listr2's way to the terminal, on one stream. Its own takes over `write` of stdout and stderr and holds back
 * what others write until the list ends; a process that ends at once would lose that, and the cursor with it.
 */
export class Screen extends ProcessOutput {
  readonly #terminal: NodeJS.WriteStream;

  constructor(terminal: NodeJS.WriteStream) {
    super(terminal, terminal);
    this.#terminal = terminal;
  }

  // Its own is a copy, which does not notice a resized window.
  override get stdout(): NodeJS.WriteStream {
    return this.#terminal;
  }

  override hijack(): void {}

  override release(): void {}
}

/** listr2's list, for a stderr that is a terminal whatever stdout is, and that can be ended from outside. */
export class ListRenderer extends DefaultRenderer {
  static override nonTTY = true;
  #isOver = false;

  override update(): void {
    if (!this.#isOver) super.update();
  }

  override end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    super.end();
  }
}
