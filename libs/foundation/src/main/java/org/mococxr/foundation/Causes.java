package org.mococxr.foundation;

/** What to say of an exception that another's code threw. */
public final class Causes {
  private Causes() {}

  /**
   * What an exception says. Many of the JDK's and of libraries say nothing: for them what their
   * causes say, and else the name of their class.
   *
   * @return never null or blank
   */
  public static String message(Throwable failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e.getMessage() != null && !e.getMessage().isBlank()) {
        return e.getMessage();
      }
    }
    return failure.getClass().getSimpleName();
  }
}
