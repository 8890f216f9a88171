import { PassThrough } from 'node:stream';

/** A keyboard: what is written to it was typed. */
export class FakeInput extends PassThrough {
  isTTY = true;
  isRaw = false;

  setRawMode(isRaw: boolean): void {
    this.isRaw = isRaw;
  }
}

/** A window. */
export class FakeOutput extends PassThrough {
  isTTY = true;
  columns = 80;
  rows = 24;

  /** As on a line that is slow, or no more so. */
  slow(isSlow: boolean): void {
    Object.defineProperty(this, 'writableNeedDrain', { value: isSlow, configurable: true });
  }

  /** What was written since it was last asked. */
  text(): string {
    return String(this.read() ?? '');
  }
}
