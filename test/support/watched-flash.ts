/** A virtual board's files, counting how often one is written or erased. */
export class WatchedFlash extends Map<string, string> {
  writes = 0;

  override set(file: string, bytes: string): this {
    this.writes++;
    return super.set(file, bytes);
  }

  override delete(file: string): boolean {
    const isThere = super.delete(file);
    if (isThere) this.writes++;
    return isThere;
  }
}
