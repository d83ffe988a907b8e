package org.mococxr.foundation;

import java.util.Locale;

/** How the names of findings are compared, wherever users write them. */
public final class TaskNames {
  private TaskNames() {}

  /**
   * Whether two names mean one finding: upper and lower case, spaces, dashes and underscores do not
   * matter.
   */
  public static boolean same(String one, String other) {
    return canonical(one).equals(canonical(other));
  }

  /** Equal for names that mean one finding. */
  public static String canonical(String task) {
    return task.toLowerCase(Locale.ROOT).replaceAll("[\\s_-]+", "");
  }
}
