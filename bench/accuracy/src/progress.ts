/** Says on standard error how far a measurement is. Call the result once for each finished piece. */
export function progress(label: string, total: number): () => void {
  let done = 0;
  const started = Date.now();
  let told = started;
  return () => {
    done++;
    const now = Date.now();
    if (now - told < 10_000 && done < total) return;
    told = now;
    const left = ((now - started) / done) * (total - done);
    process.stderr.write(`  ${label}: ${done} of ${total}, ${Math.round(left / 1000)} s left\n`);
  };
}
