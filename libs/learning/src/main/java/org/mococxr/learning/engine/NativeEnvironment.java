package org.mococxr.learning.engine;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;

/**
 * Environment variables that native libraries read when they are loaded or first used. Java cannot
 * set its own; C can, for whatever is loaded afterwards.
 */
final class NativeEnvironment {
  private NativeEnvironment() {}

  /** Sets a variable on Linux, unless the user has set it himself. */
  static void setDefault(String name, String value) {
    if (Platform.isLinux() && System.getenv(name) == null) {
      NativeLibrary.getInstance("c").getFunction("setenv").invokeInt(new Object[] {name, value, 0});
    }
  }
}
