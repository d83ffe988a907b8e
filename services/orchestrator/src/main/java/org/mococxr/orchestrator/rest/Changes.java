package org.mococxr.orchestrator.rest;

import java.util.concurrent.atomic.AtomicLong;

/** Counts that something has changed, so that who watches need not ask for all of it. */
public final class Changes {
  private final AtomicLong count = new AtomicLong();

  /** Something has changed. */
  public void add() {
    count.incrementAndGet();
  }

  long count() {
    return count.get();
  }
}
