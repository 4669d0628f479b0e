/** The threads that Node gives to work on files, of which the embedded store needs two. */
import { StoreUnavailableError } from "./store.js";

/** As many as Node takes the variable for: what is no number, or none, makes one thread. */
function poolThreads(): number {
  const size = process.env["UV_THREADPOOL_SIZE"];
  return size === undefined ? 4 : Math.abs(Number.parseInt(size, 10)) || 1;
}

/**
 * A commit holds the gate from one thread of the pool and writes from another.
 * @returns how many there are.
 * @throws StoreUnavailableError when they are too few.
 */
export function checkThreadPool(): number {
  const threads = poolThreads();
  if (threads < 2) throw new StoreUnavailableError("UV_THREADPOOL_SIZE must be at least 2");
  return threads;
}
