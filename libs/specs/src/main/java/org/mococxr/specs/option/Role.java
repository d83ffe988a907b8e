package org.mococxr.specs.option;

/** What an option is to the identity of a run. */
public enum Role {
  /** The result depends on it: with another value it is another run. */
  IDENTIFIES,
  /** Where something lies; what lies there is identified by its digest. */
  PLACE,
  /** How the work is done and reported: threads, intervals of logging, what is kept. */
  MACHINE
}
