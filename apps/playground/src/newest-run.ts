/**
 * Tells runs of one kind of work apart: what a run brings after the next one has begun answers a question that nobody
 * asks any more. Each call begins a run and gives what tells whether it still is the newest.
 */
export function newestRun(): () => () => boolean {
  let begun = 0;
  return () => {
    const own = ++begun;
    return () => own === begun;
  };
}
